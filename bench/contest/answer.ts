/** What a contest says, in sentences. The first is the answer. */
import { decimal } from "../../src/report/numbers.ts";
import { mean } from "../../src/core/statistics.ts";
import { type Pair, type TaskVerdict, type Verdict, relativeCost } from "./judge.ts";
import type { ContestResult, TaskResult } from "./result.ts";

/** Costs that differ by less are not worth a word. */
const WORTH_SAYING = 1.05;
/** Of those who are told apart from the best, so many are told by name. */
const FOLLOWERS = 2;

const listed = (names: readonly string[], word: string): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)!}`;
const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** How far behind, in the task's own measure: "3.1 points behind". */
export function gapText({ measure }: TaskResult, { by }: TaskVerdict, difference: number): string {
  const size = Math.abs(difference);
  if (by === "loss") return `has ${decimal(Math.exp(size))} times the loss`;
  if (measure === "accuracy") return `is ${(100 * size).toFixed(1)} points behind`;
  if (measure === "bits") return `needs ${size.toFixed(3)} bits a character more`;
  return measure === "psnr" ? `is ${size.toFixed(1)} dB behind` : `has an error greater by ${decimal(size)}`;
}

/** The answer, then what a reader must know to take it rightly. */
export function answerOf(result: ContestResult, verdict: Verdict): string[] {
  const { overall, take, refused, tasks } = verdict;
  if (refused !== null) return [`No ranking: ${refused}.`];
  if (overall === undefined) return [];
  const whole = result.tasks.filter(({ task }) => tasks.has(task));
  const over = `in ${many(result.seeds, "seed")} on ${many(whole.length, "task")}`;
  if (take.length === 0)
    return [
      `Take none of these: those who lead have not learned every task (no better than a constant prediction) ${over}.`,
      ...remarks(result, verdict),
    ];
  const ahead = aheadTexts(take, tasks);
  const told =
    take.length > 1
      ? ahead.length === 0
        ? `not told apart ${over}`
        : `${ahead.join(", ")}, ${over}`
      : overall.ranked.length > 1
        ? `told apart from the others ${over}`
        : over;
  const behind = overall.ranked
    .filter(({ activation }) => !take.includes(activation))
    .slice(0, FOLLOWERS)
    .flatMap(({ activation }) => behindText(activation, take, whole, tasks) ?? []);
  return [
    `Take ${listed(take, "or")}: ${[told, ...behind, ...costTexts(take, whole)].join("; ")}.`,
    ...remarks(result, verdict),
  ];
}

/** Where those of the best are told apart after all: each has a task on which it beats another. */
const aheadTexts = (take: readonly string[], verdicts: Verdict["tasks"]): string[] =>
  take.flatMap((name) => {
    const won = [...verdicts].filter(([, { pairs }]) =>
      pairs.some(({ apart, a, b }) => apart && a === name && take.includes(b)),
    );
    return won.length === 0
      ? []
      : [
          `${name} leads on ${listed(
            won.map(([task]) => task),
            "and",
          )}`,
        ];
  });

/** Where somebody is told apart from one of the best most surely; undefined where no single task tells. */
function behindText(
  name: string,
  take: readonly string[],
  whole: readonly TaskResult[],
  verdicts: Verdict["tasks"],
): string | undefined {
  const cells = whole.map((task) => task.cells.find(({ activation }) => activation === name)!);
  const lost = whole.filter((_, i) => cells[i]!.diverged.includes(true));
  if (lost.length > 0) return `${name} diverged on ${lost.map(({ task }) => task).join(", ")}`;
  const found = whole.flatMap((task) => {
    const verdict = verdicts.get(task.task)!;
    const worse = (pair: Pair): boolean => pair.apart && pair.b === name && take.includes(pair.a);
    return verdict.pairs.filter(worse).map((pair) => ({ task, verdict, pair }));
  });
  const surest = found.toSorted((a, b) => a.pair.adjusted - b.pair.adjusted)[0];
  if (surest === undefined) return `${name} ranks lower over all`;
  const where = whole.length === 1 ? "" : ` on ${surest.task.task}`;
  return `${name} ${gapText(surest.task, surest.verdict, surest.pair.difference.mean)}${where}`;
}

/** What those of the best cost that are not the cheapest of them. */
function costTexts(take: readonly string[], whole: readonly TaskResult[]): string[] {
  const costs = take.map((name) => ({ name, cost: relativeCost(whole, name) }));
  const least = Math.min(...costs.map(({ cost }) => cost));
  return costs
    .filter(({ cost }) => cost / least >= WORTH_SAYING)
    .slice(0, FOLLOWERS)
    .map(({ name, cost }) => `${name} costs ${Math.round(100 * (cost / least - 1))} % more a step`);
}

/** What takes something from the answer. */
function remarks(result: ContestResult, { overall, tasks }: Verdict): string[] {
  const said: string[] = [];
  const chance = (task: TaskResult): string =>
    ({
      accuracy: "the most frequent class",
      bits: "how frequent each character is",
      rmse: "the mean",
      psnr: "the mean",
    })[task.measure];
  for (const task of result.tasks) {
    const verdict = tasks.get(task.task);
    if (verdict === undefined) continue;
    const nothing = verdict.ranked.filter(({ learned, place }) => !learned && place !== null);
    if (nothing.length > 0)
      said.push(
        `${listed(
          nothing.map(({ activation }) => activation),
          "and",
        )} learned nothing on ${task.task}: no better than ${chance(task)}.`,
      );
    if (verdict.by === "loss")
      said.push(`Accuracies on ${task.task} are at their ceiling: the losses are compared there.`);
    const edges = task.cells.filter(({ edge }) => edge !== null);
    for (const { activation, rate, edge } of edges)
      said.push(`${activation}'s rate ${rate} on ${task.task} is the ${edge}est that was tried.`);
  }
  if (overall !== undefined && overall.descriptive && tasks.size > 1)
    said.push(
      `Mean ranks over ${tasks.size} tasks describe these tasks; what they say of others takes at least 10.`,
    );
  const missing = result.asked.filter((name) => !tasks.has(name));
  if (missing.length > 0) said.push(`Not finished: ${missing.join(", ")}.`);
  return said;
}

/** A score as it is shown. */
export function showScore({ measure }: Pick<TaskResult, "measure">, score: number): string {
  if (measure === "accuracy") return (100 * score).toFixed(1);
  if (measure === "bits") return score.toFixed(3);
  return measure === "psnr" ? score.toFixed(1) : decimal(score);
}

export const unitOf = ({ measure }: Pick<TaskResult, "measure">): string =>
  ({ accuracy: "%", rmse: "rmse", psnr: "dB", bits: "bits" })[measure];

export const meanScore = ({
  scores,
  diverged,
}: {
  scores: readonly number[];
  diverged: readonly boolean[];
}): number => (diverged.includes(true) ? NaN : mean(scores));
