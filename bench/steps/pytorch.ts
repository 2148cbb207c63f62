/** The output of bench/pytorch/step.py. */
import { ActigradError } from "../../src/core/errors.ts";
import type { Spread } from "../../src/core/statistics.ts";

const FORMAT = "actigrad-pytorch-1";

export interface PytorchStep {
  readonly sizes: readonly number[];
  readonly batch: number;
  readonly optimizer: string;
  readonly mode: "eager" | "graph";
  /** Milliseconds of a step. */
  readonly ms: Spread;
}

export interface PytorchResult {
  readonly torch: string;
  /** The card: "NVIDIA H200". */
  readonly device: string;
  readonly steps: readonly PytorchStep[];
}

/** @throws ActigradError "format" if the text is not the script's JSON */
export function readPytorch(text: string, path: string): PytorchResult {
  const fault = (what: string, cause?: unknown): ActigradError =>
    new ActigradError("format", `${path} ${what}`, {
      hint: "write it with: python3 bench/pytorch/step.py --json FILE",
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault("is not JSON", cause);
  }
  if (!isObject(value) || value["format"] !== FORMAT) throw fault(`is not of the format "${FORMAT}"`);
  const { torch, device, steps } = value;
  if (typeof torch !== "string" || typeof device !== "string" || !Array.isArray(steps))
    throw fault("lacks torch, device or steps");
  const stepOf = (step: unknown, i: number): PytorchStep => {
    const bad = fault(`has no step times in steps[${i}]`);
    if (!isObject(step) || !isObject(step["ms"])) throw bad;
    const { sizes, batch, optimizer, mode, ms } = step;
    const { median, low, high } = ms as Record<string, unknown>;
    const times = [median, low, high];
    if (!Array.isArray(sizes) || !times.every((t) => typeof t === "number" && t > 0)) throw bad;
    if (mode !== "eager" && mode !== "graph") throw bad;
    const spread: Spread = { median: Number(median), low: Number(low), high: Number(high) };
    return { sizes: sizes.map(Number), batch: Number(batch), optimizer: String(optimizer), mode, ms: spread };
  };
  return { torch, device, steps: steps.map(stepOf) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The script's time of the same step in a mode. */
export const sameStep = (
  { steps }: PytorchResult,
  { sizes, batch, optimizer }: Pick<PytorchStep, "sizes" | "batch" | "optimizer">,
  mode: PytorchStep["mode"],
): PytorchStep | undefined =>
  steps.find(
    (step) =>
      step.mode === mode &&
      step.batch === batch &&
      step.optimizer === optimizer &&
      step.sizes.join() === sizes.join(),
  );
