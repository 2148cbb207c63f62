/** The tables of a bench, for terminal and report alike. */
import { figure, percent, whole } from "./format.ts";
import type { BenchResult, KernelResult, KernelRow, Timing, TrainingResult, TrainingRow } from "./result.ts";
import { bestOf, type Spread } from "./statistics.ts";

export interface Cell {
  readonly text: string;
  /** The best of its column, or not to be told from it. */
  readonly best?: boolean;
}
export interface Table {
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

const none: Cell = { text: "–" };
const cell = (text: string, best = false): Cell => (best ? { text, best } : { text });

/** `[3.41, 3.62]` */
const interval = ({ low, high }: Spread, show: (value: number) => string): string =>
  `[${show(low)}, ${show(high)}]`;

/** The parts of a result that have figures: a bench that was stopped may not have begun with all of them. */
export function reached({ kernels, training }: BenchResult): Pick<BenchResult, "kernels" | "training"> {
  return {
    kernels: kernels.filter(({ copy }) => copy !== undefined),
    ...(training !== undefined && training.rows.length > 0 ? { training } : {}),
  };
}

export function tablesOf(result: BenchResult): Table[] {
  const { kernels, training } = reached(result);
  return [...kernels.map(kernelTable), ...(training === undefined ? [] : [trainingTable(training)])];
}

export function kernelTable({ elements, copy, rows }: KernelResult): Table {
  // No activation can beat the one that does nothing; it stands for what the others could reach.
  const rivals = rows.map((row): Partial<KernelRow> => (row.name === "identity" ? {} : row));
  const bestForward = bestOf(
    rivals.map((row) => row.forward?.ms),
    "low",
  );
  const bestBoth = bestOf(
    rivals.map((row) => row.forwardBackward?.ms),
    "low",
  );
  const compiled = rows.some((row) => row.firstCallMs !== undefined);
  const cells = (timing: Timing | undefined, best = false): Cell[] =>
    timing === undefined
      ? [none, none, none, none]
      : [
          cell(figure(timing.ms.median), best),
          cell(interval(timing.ms, figure)),
          cell(figure(timing.gbPerSecond)),
          cell(percent(timing.ofCopy, 0)),
        ];
  const firstCall = (row: KernelRow | undefined): Cell[] => {
    if (!compiled) return [];
    return [row?.firstCallMs === undefined ? none : cell(whole(row.firstCallMs))];
  };
  return {
    title: `Kernels, ${whole(elements)} elements`,
    heading: [
      "activation",
      ...sectionOf("forward ms"),
      ...sectionOf("fwd+bwd ms"),
      ...(compiled ? ["first call ms"] : []),
    ],
    rows: [
      ...rows.map((row, i) => [
        cell(row.name),
        ...cells(row.forward, bestForward[i]),
        ...cells(row.forwardBackward, bestBoth[i]),
        ...firstCall(row),
      ]),
      [cell("copy"), ...cells(copy), none, none, none, none, ...firstCall(undefined)],
    ],
    notes: [
      "Marked: the best of the column, identity left out, and those whose quartiles reach its median.",
      ...(compiled ? ["First call: compiling both kernels, new to the device, and running them once."] : []),
    ],
  };
}

const sectionOf = (name: string): string[] => [name, "quartiles", "GB/s", "of copy"];

export function trainingTable(training: TrainingResult): Table {
  const { rows, seeds, steps, batch, lastSteps } = training;
  const byAccuracy = rows.some((row) => row.testAccuracies.length > 0);
  const judged = (row: TrainingRow): Spread | undefined => (byAccuracy ? row.testAccuracy : row.testLoss);
  const bestLoss = bestOf(
    rows.map((row) => row.trainLoss),
    "low",
  );
  const bestTest = bestOf(rows.map(judged), byAccuracy ? "high" : "low");
  const several = seeds.length > 1;
  const showTest = (value: number): string => (byAccuracy ? (value * 100).toFixed(2) : value.toFixed(4));
  const spread = (of: Spread | undefined, show: (value: number) => string, best = false): Cell[] => {
    if (of === undefined) return several ? [none, none] : [none];
    return several ? [cell(show(of.median), best), cell(interval(of, show))] : [cell(show(of.median), best)];
  };
  const range = several ? ["[min, max]"] : [];
  const remarks = rows.some((row) => remarkOf(row, steps) !== "");
  return {
    title: `Training ${training.sizes.join("-")} on ${training.dataset}, ${whole(steps)} steps`,
    heading: [
      "activation",
      "train loss",
      ...range,
      byAccuracy ? "test accuracy %" : "test loss",
      ...range,
      "ms a step",
      "quartiles",
      "images/s",
      ...(remarks ? ["remark"] : []),
    ],
    rows: rows.map((row, i) => [
      cell(row.name),
      ...spread(row.trainLoss, (loss) => loss.toFixed(4), bestLoss[i]),
      ...spread(judged(row), showTest, bestTest[i]),
      ...(row.stepMs === undefined || row.imagesPerSecond === undefined
        ? [none, none, none]
        : [
            cell(figure(row.stepMs.median)),
            cell(interval(row.stepMs, figure)),
            cell(whole(row.imagesPerSecond)),
          ]),
      ...(remarks ? [cell(remarkOf(row, steps))] : []),
    ]),
    notes: [
      `Batch ${batch}, Adam, lr ${training.lr}; train loss: mean of the last ${lastSteps} steps.` +
        (several
          ? ` Median [min, max] over ${seeds.length} seeds, trained at once: a step is a step of all ` +
            `${seeds.length}, and images/s counts their images.`
          : ""),
      "Marked: the best of the column, and those whose interval reaches its median; not so the time of a step, since " +
        "the trainings ran one after another and what else the machine did shows in it.",
    ],
  };
}

/** What a row's figures do not say. */
function remarkOf({ steps, divergedAt }: TrainingRow, planned: number): string {
  const diverged = divergedAt.filter((at) => at !== null);
  if (diverged.length > 0) {
    const who = divergedAt.length === 1 ? "" : ` (${diverged.length} of ${divergedAt.length} seeds)`;
    return `diverged at step ${Math.min(...diverged)}${who}`;
  }
  return steps < planned ? `stopped after ${steps} steps` : "";
}
