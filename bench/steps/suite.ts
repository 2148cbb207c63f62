import { type LimitsResult, ceilingsOf, measureLimits } from "../../src/index.ts";
import { decimal, percent } from "../../src/report/numbers.ts";
import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import { timeCurve } from "../scaling/time.ts";
import type { PointSpec, ScalingOptions, ScalingPoint } from "../scaling/result.ts";
import { quartiles } from "../../src/core/statistics.ts";
import type { Suite } from "../suite.ts";
import { cell, interval, none, type Cell, type Table } from "../../src/report/table.ts";
import { sameStep, type PytorchResult } from "./pytorch.ts";

export interface StepsOptions extends Omit<ScalingOptions, "curves"> {
  readonly points: readonly PointSpec[];
  /** PyTorch's times of the same steps, for comparison. */
  readonly pytorch?: PytorchResult;
}

export interface StepsResult {
  readonly rounds: ScalingOptions["rounds"];
  readonly sampleMs: number;
  /** Measured first, in the same run. */
  readonly limits: LimitsResult;
  readonly points: readonly ScalingPoint[];
  readonly pytorch?: PytorchResult;
}

/** The networks timed by bench/pytorch/step.py. */
const networks = [
  { sizes: [784, 256, 128, 10], batch: 128 },
  { sizes: [784, 1024, 1024, 10], batch: 256 },
];
/** A KAN and an MLP with almost as many parameters: 42,624 and 42,610. */
const kan = { model: "kan", sizes: [64, 64, 10], batch: 128, optimizer: "adam" } as const;
const equal = { sizes: [64, 568, 10], batch: 128, optimizer: "adam" } as const;
const points = [
  ...networks.flatMap((network) =>
    (["sgd", "adam"] as const).map((optimizer) => ({ ...network, optimizer })),
  ),
  kan,
  equal,
].map((point, x): PointSpec => ({ x, replicas: 1, ...point }));

/** Times whole training steps, optionally compared with PyTorch. */
export const steps: Suite<StepsOptions, StepsResult> = {
  help: "whole training steps; --pytorch FILE adds PyTorch's times",
  options: ({ quick, pytorch }) => ({
    points,
    rounds: quick ? { least: 3, most: 5 } : { least: 5, most: 31 },
    sampleMs: quick ? 20 : 50,
    pointSeconds: quick ? 1 : 10,
    ...(pytorch && { pytorch }),
  }),
  prepare: (options) => ({
    expect(progress, software) {
      progress.add("steps limits", 1, 4);
      progress.add("steps compile", points.length, software ? 2 : 0.4);
      progress.add("steps rounds", options.rounds.most, software ? 0.6 : 0.25);
    },
    async run(gpu, { signal, progress, begin, once }) {
      const start = performance.now();
      const limits = await once("limits", () => measureLimits(gpu, undefined, { signal, begin }));
      progress.advance("steps limits", 1, (performance.now() - start) / 1000);
      const curve = { name: "steps", axis: "network", fixed: "", points: options.points };
      const observer = {
        signal,
        begin,
        done: (part: "compile" | "rounds", seconds: number) => progress.advance(`steps ${part}`, 1, seconds),
      };
      const timed = await once("steps", () => timeCurve(gpu, curve, options, limits, observer));
      const { rounds, sampleMs, pytorch } = options;
      return { rounds, sampleMs, limits, points: timed.points, ...(pytorch && { pytorch }) };
    },
  }),
  tables: (result) => (reached(result).length === 0 ? [] : [stepsTable(result)]),
  report: (result) =>
    reached(result).length === 0
      ? undefined
      : html`<h2>Training steps</h2>
          ${tableHtml(stepsTable(result))}`,
  ratios(result) {
    const ceilings = ceilingsOf(result.limits);
    if (ceilings === undefined) return [];
    return reached(result).map((point) => ({
      name: `step of ${nameOf(point)}`,
      to: "multiply-add",
      value: point.flops / point.ms.median / 1e6 / ceilings.gflops,
    }));
  },
  method: ({ rounds, sampleMs, pytorch }) => [
    "Steps: one recorded training step with ReLU and cross entropy, rows of bytes picked from a table and normalised " +
      `within the step; as many steps in one submit as fill about ${sampleMs} ms, 64 at most, and waiting for their ` +
      `end; ${rounds.least} to ${rounds.most} rounds.`,
    ...(pytorch === undefined
      ? []
      : [
          `PyTorch ${pytorch.torch} on ${pytorch.device}: bench/pytorch/step.py, float32 without TF32, its batch ready ` +
            "on the card; a separate run, so the two were not timed at the same moment.",
        ]),
  ],
};

const reached = ({ points: all }: StepsResult) =>
  all.flatMap(({ ms, ...point }) => (ms === undefined ? [] : [{ ...point, ms }]));

const nameOf = ({ model, sizes, batch, optimizer = "adam" }: PointSpec): string =>
  `${model === undefined ? "" : `${model} `}${sizes.join("-")}, batch ${batch}, ${optimizer}`;

export function stepsTable(result: StepsResult): Table {
  const { limits, pytorch } = result;
  const ceilings = ceilingsOf(limits);
  const beside = (point: ReturnType<typeof reached>[number]): Cell[] =>
    (["eager", "graph"] as const).flatMap((mode) => {
      if (pytorch === undefined) return [];
      const theirs = sameStep(pytorch, { ...point, optimizer: point.optimizer ?? "adam" }, mode);
      if (theirs === undefined) return [none, none];
      return [cell(decimal(theirs.ms.median)), cell(`${decimal(theirs.ms.median / point.ms.median)}×`)];
    });
  return {
    title: "Training steps",
    heading: [
      "network",
      "ms",
      "quartiles",
      "GFLOP/s",
      ...(ceilings === undefined ? [] : ["of madd"]),
      "dispatches",
      ...(pytorch === undefined ? [] : ["PyTorch eager ms", "its time", "PyTorch graph ms", "its time"]),
    ],
    rows: reached(result).map((point) => {
      const { ms, flops, dispatches } = point;
      const gflops = flops / ms.median / 1e6;
      return [
        cell(nameOf(point)),
        cell(decimal(ms.median)),
        cell(interval(ms, decimal)),
        cell(decimal(gflops)),
        ...(ceilings === undefined ? [] : [cell(percent(gflops / ceilings.gflops, 0))]),
        cell(String(dispatches)),
        ...beside(point),
      ];
    }),
    notes: [
      ...kanNote(result),
      ...(pytorch === undefined
        ? []
        : [
            `PyTorch ${pytorch.torch} on ${pytorch.device}, float32 without TF32; its time as a multiple of actigrad's: ` +
              "above 1, actigrad is the faster one.",
          ]),
    ],
  };
}

/** How many times as long a KAN's step takes as that of an MLP with as many parameters, from samples of the same rounds. */
function kanNote(result: StepsResult): string[] {
  const of = ({ model, sizes }: Pick<PointSpec, "model" | "sizes">) =>
    reached(result).find((point) => point.model === model && point.sizes.join() === sizes.join())
      ?.samplesMs ?? [];
  const [own, other] = [of(kan), of(equal)];
  const rounds = Math.min(own.length, other.length);
  const ratio = quartiles(Array.from({ length: rounds }, (_, i) => own[i]! / other[i]!));
  if (ratio === undefined) return [];
  return [
    `A step of ${kan.model} ${kan.sizes.join("-")} takes ${decimal(ratio.median)} times (quartiles ${interval(ratio, decimal)}) that of ` +
      `${equal.sizes.join("-")}, which has as many parameters.`,
  ];
}
