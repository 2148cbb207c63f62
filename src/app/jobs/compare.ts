/** A contest with one task, the user's own data: the job of `actigrad compare`. */
import type { Ready, Split } from "../../../bench/contest/ready.ts";
import { GRID } from "../../../bench/contest/rates.ts";
import { PROTOCOL } from "../../../bench/contest/result.ts";
import { expectTask, runTask } from "../../../bench/contest/run.ts";
import { Progress } from "../../../bench/progress.ts";
import { ActigradError, unknownName } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { type LoadedData, device, loadDataset, matchParameters, stepsPerEpoch } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { once } from "../../host/kept.ts";
import type { CompareResult } from "../compare/result.ts";
import { chooseClip, chooseOptimizer } from "./choices.ts";
import { chooseNetwork } from "./choose-network.ts";
import { fitBatch, holdBack } from "./hold-back.ts";
import { type CompareOptions, compareOptions } from "./compare-options.ts";

/** Minimum steps of a training without given epochs, if 5 epochs are fewer. */
const STEPS = 300;
const EPOCHS = 5;
/** Tables of up to this many rows get a split per seed: with many rows one split is as good as another. */
const SMALL = 5000;

/** Compared by default. */
const USUAL = ["relu", "gelu", "tanh"];

export type CompareEvent =
  | { readonly kind: "data"; readonly data: CompareResult["data"] }
  | { readonly kind: "progress"; readonly doing: string; readonly secondsLeft: number };

/** @throws ActigradError "option" for invalid options, "data" for unsuitable rows */
export async function compare(
  context: JobContext<CompareEvent>,
  asked: CompareOptions,
): Promise<CompareResult> {
  const options = checkOptions("compare", compareOptions, asked);
  const begin = performance.now();
  const { signal } = context;
  const names = namesOf(options);
  const { splits, data } = await splitsOf(context, options);
  const { ready, description, network } = readyOf(splits, data, options);
  context.emit({ kind: "data", data: description });
  const gpu = await device({ gpu: context.gpu });
  try {
    const { name } = description;
    const progress = new Progress();
    expectTask(progress, name, ready, names, gpu.adapter.software);
    const task = await runTask(
      gpu,
      { name, place: name, ready, activations: names },
      {
        signal,
        progress,
        begin: (doing) => context.emit({ kind: "progress", doing, secondsLeft: progress.secondsLeft }),
        once: (cell, compute) => once(context, cell, compute),
      },
    );
    const { baseline, init, seeds } = options;
    return {
      adapter: gpu.adapter,
      host: context.host,
      data: description,
      network,
      contest: {
        protocol: PROTOCOL,
        level: null,
        seeds,
        init,
        activations: names,
        ...(baseline !== undefined && { baseline }),
        tasks: [task],
        asked: [name],
      },
      seconds: (performance.now() - begin) / 1000,
      complete: task.cells.length === names.length,
    };
  } finally {
    gpu.dispose();
  }
}

/** @throws ActigradError "option" for fewer than two, or a baseline that is not among them */
export function namesOf({ activations, formula, baseline }: CompareOptions): readonly string[] {
  const given = [...(activations ?? []), ...(formula ?? [])];
  const names = given.length === 0 ? USUAL : [...new Set(given)];
  if (names.length < 2)
    throw new ActigradError("option", `compare: expected at least two activations, got ${names.length}`, {
      hint: "as in --activations relu,gelu,tanh",
    });
  if (baseline !== undefined && !names.includes(baseline)) throw unknownName("baseline", baseline, names);
  return names;
}

/** The splits, with the seeds distributed over them in turn; and the data of the first split. */
async function splitsOf(
  context: JobContext<CompareEvent>,
  { dataset, seed: first, seeds: count, splits: asked, ...options }: CompareOptions,
): Promise<{ readonly splits: readonly Split[]; readonly data: LoadedData }> {
  const { lr = GRID } = options;
  if (options.validation === 0 && lr.length > 1)
    throw new ActigradError(
      "option",
      "compare: learning rates are chosen on validation rows, got a share of 0",
      {
        hint: "leave --validation out, or give one rate",
      },
    );
  const load = (seed: number): Promise<LoadedData> => loadDataset(dataset, context, { seed });
  const one = await load(first);
  const small = one.heldBack === true && one.train.rows + one.test.rows <= SMALL;
  const parts = Math.min(asked ?? (small ? count : 1), count);
  const splits: Split[] = [];
  for (let i = 0; i < parts; i++) {
    const seed = first + i;
    const data = i === 0 ? one : await load(seed);
    const { test, scaling } = data;
    const held = holdBack(data, { ...options, lr }, seed);
    const own = Array.from({ length: count }, (_, s) => s).filter((s) => s % parts === i);
    splits.push({ rows: { ...held, test, scaling }, seeds: own.map((s) => first + s), dataSeed: seed });
  }
  return { splits, data: one };
}

/** @throws ActigradError "option" */
function readyOf(
  splits: readonly Split[],
  data: LoadedData,
  options: CompareOptions,
): { readonly ready: Ready; readonly description: CompareResult["data"]; readonly network: string } {
  const { rows } = splits[0]!;
  const { batch, description } = fitBatch(options.batch, rows, data.description);
  const perEpoch = stepsPerEpoch(rows.train, batch);
  const steps = perEpoch * (options.epochs ?? Math.max(EPOCHS, Math.ceil(STEPS / perEpoch)));
  const { spec, loss } = chooseNetwork(rows, { ...options, activation: ["relu"] });
  const plain = matchParameters(spec); // names the channels of networks of images, which are their widths
  const optimizer = (lr: readonly number[]) => chooseOptimizer({ ...options, lr }, steps, perEpoch);
  const { schedule } = optimizer([0]);
  if (schedule?.watch !== undefined)
    throw new ActigradError("option", `compare: ${schedule.name} needs an evaluation after each epoch`, {
      hint: "compare evaluates once, at the end: use another schedule",
    });
  const clip = chooseClip({ ...options, lr: 0 });
  const network = spec.model ?? [spec.inputs, ...spec.hidden, spec.outputs].join("-");
  const ready: Ready = {
    task: {
      about: `by ${spec.model === undefined ? "a perceptron" : "a"} ${network}`,
      measure: rows.train.kind === "classes" ? "accuracy" : "rmse",
      network: (_, widths, activation) => ({
        ...plain,
        ...(plain.channels ? { channels: widths } : { hidden: widths }),
        activations: [activation],
      }),
      loss: () => loss,
      optimizer,
      ...(clip && { clip }),
    },
    splits,
    ...(splits.length > 1 && data.heldBack === true && { overlap: rows.test.rows / rows.train.rows }),
    size: { batch, steps, widths: plain.channels ?? plain.hidden },
    init: "fitting",
    ...(options.lr && { rates: options.lr }),
  };
  return { ready, description, network };
}
