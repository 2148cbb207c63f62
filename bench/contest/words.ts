/** The parts of the contest's answer in a language. Activations keep their own names. */
import { decimal } from "../../src/report/numbers.ts";
import { LEAST_SEEDS, LEAST_TASKS, type Refusal } from "./judge.ts";
import type { Measure } from "./task.ts";

/** The measure that tells two activations apart: the task's own, or the loss where that says little. */
export type Yardstick = Measure | "loss";

export interface AnswerWords {
  task(name: string): string;
  /** Why there is no ranking. Like every text with a full stop, a whole sentence. */
  refused(why: Refusal): string;
  /** The basis of the answer, "in 5 seeds on 3 tasks", which is passed to the parts below. */
  over(seeds: number, tasks: number): string;
  nobody(over: string): string;
  take(names: readonly string[], reasons: readonly string[]): string;
  /** The reason for taking any of several: they are not told apart. */
  together(over: string): string;
  /** The reason for taking one: it is told apart from the others. */
  apart(over: string): string;
  /** The reason for taking one although others share its place: it beats each of them on some task. */
  tied(names: readonly string[], over: string): string;
  /** Which of several recommended activations beat another of them, and on which tasks. */
  ahead(each: readonly { readonly name: string; readonly tasks: readonly string[] }[]): string;
  diverged(name: string, tasks: readonly string[]): string;
  lower(name: string): string;
  /** @param size above 0, in the measure's units; of losses a logarithm. @param task undefined where there is only one */
  behind(name: string, by: Yardstick, size: number, task: string | undefined): string;
  dearer(name: string, percent: number): string;
  nothing(names: readonly string[], task: string, measure: Measure): string;
  ceiling(task: string): string;
  edge(name: string, rate: number, task: string, edge: "low" | "high"): string;
  descriptive(tasks: number): string;
  missing(tasks: readonly string[]): string;
}

const listed = (names: readonly string[], word: string): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)!}`;
const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** "is 3.1 points behind" */
function gap(by: Yardstick, size: number): string {
  if (by === "loss") return `has ${decimal(Math.exp(size))} times the loss`;
  if (by === "accuracy") return `is ${(100 * size).toFixed(1)} points behind`;
  if (by === "bits") return `needs ${size.toFixed(3)} more bits per character`;
  return by === "psnr" ? `is ${size.toFixed(1)} dB behind` : `has an error ${decimal(size)} higher`;
}

const constants: Readonly<Record<Measure, string>> = {
  accuracy: "the most frequent class",
  bits: "character frequencies",
  rmse: "the mean",
  psnr: "the mean",
};

export const english: AnswerWords = {
  task: (name) => name,
  refused: (why) =>
    `No ranking: ${
      why.kind === "alone"
        ? "one activation has nothing to compare with"
        : why.kind === "unfinished"
          ? "no task was finished"
          : `${why.count} ${why.kind}${why.count === 1 ? " tells" : "s tell"} nothing apart: at least ${LEAST_SEEDS} are needed`
    }.`,
  over: (seeds, tasks) => `in ${many(seeds, "seed")} on ${many(tasks, "task")}`,
  nobody: (over) =>
    `Take none of these: the leaders have not learned every task (no better than a constant prediction) ${over}.`,
  take: (names, reasons) => `Take ${listed(names, "or")}: ${reasons.join("; ")}.`,
  together: (over) => `not told apart ${over}`,
  apart: (over) => `told apart from the others ${over}`,
  tied: (names, over) => `not told apart from ${listed(names, "and")} overall ${over}`,
  ahead: (each) =>
    `of these, ${each.map(({ name, tasks }, i) => `${name}${i === 0 ? " does better" : ""} on ${listed(tasks, "and")}`).join(", ")}`,
  diverged: (name, tasks) => `${name} diverged on ${tasks.join(", ")}`,
  lower: (name) => `${name} ranks lower overall`,
  behind: (name, by, size, task) => `${name} ${gap(by, size)}${task === undefined ? "" : ` on ${task}`}`,
  dearer: (name, percent) => `${name} costs ${percent} % more per step`,
  nothing: (names, task, measure) =>
    `${listed(names, "and")} learned nothing on ${task}: no better than ${constants[measure]}.`,
  ceiling: (task) => `Accuracies on ${task} are at their ceiling, so losses are compared there.`,
  edge: (name, rate, task, edge) => `${name}'s rate ${rate} on ${task} is the ${edge}est one tried.`,
  descriptive: (tasks) =>
    `Mean ranks over ${tasks} tasks describe only these tasks; a claim about others takes at least ${LEAST_TASKS}.`,
  missing: (tasks) => `Not finished: ${tasks.join(", ")}.`,
};
