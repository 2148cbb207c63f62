/** A contest's result in sentences, the answer first. */
import { decimal, fixed } from "../../src/report/numbers.ts";
import { mean } from "../../src/core/statistics.ts";
import { type JudgedContest, type JudgedTask, type Pair, type Verdict, relativeCost } from "./judge.ts";
import type { TaskResult } from "./result.ts";
import { type AnswerWords, english } from "./words.ts";

/** Smaller cost ratios are not mentioned. */
const WORTH_SAYING = 1.05;
/** Number of activations behind the best that are named. */
const FOLLOWERS = 2;

/** The answer, then the caveats. */
export function answerOf(result: JudgedContest, verdict: Verdict, words: AnswerWords = english): string[] {
  const { overall, take, refused, tasks } = verdict;
  if (refused !== null) return [words.refused(refused)];
  if (overall === undefined) return [];
  const whole = result.tasks.filter(({ task }) => tasks.has(task));
  const over = words.over(result.seeds, whole.length);
  if (take.length === 0) return [words.nobody(over), ...remarks(result, verdict, words)];
  const ahead = aheadOf(take, whole, tasks, words);
  const [leader] = take;
  const beside = overall.ranked.filter(({ activation, place }) => place === 1 && activation !== leader);
  const told =
    take.length === 1
      ? beside.length === 0
        ? words.apart(over)
        : words.tied(
            beside.map(({ activation }) => activation),
            over,
          )
      : ahead.length === 0
        ? words.together(over)
        : `${words.ahead(ahead)}, ${over}`;
  const behind = overall.ranked
    .filter(({ activation }) => !take.includes(activation))
    .slice(0, FOLLOWERS)
    .map(({ activation }) => behindText(activation, take, whole, tasks, words));
  return [
    words.take(take, [told, ...behind, ...costTexts(take, whole, words)]),
    ...remarks(result, verdict, words),
  ];
}

/** Tasks on which one of the best beats another of them. */
const aheadOf = (
  take: readonly string[],
  whole: readonly JudgedTask[],
  verdicts: Verdict["tasks"],
  words: AnswerWords,
): { readonly name: string; readonly tasks: readonly string[] }[] =>
  take.flatMap((name) => {
    const won = whole.filter(({ task }) =>
      verdicts.get(task)!.pairs.some(({ apart, a, b }) => apart && a === name && take.includes(b)),
    );
    return won.length === 0 ? [] : [{ name, tasks: won.map(({ task }) => words.task(task)) }];
  });

/** The task on which an activation is most clearly behind one of the best, and by how much. */
function behindText(
  name: string,
  take: readonly string[],
  whole: readonly JudgedTask[],
  verdicts: Verdict["tasks"],
  words: AnswerWords,
): string {
  const cells = whole.map((task) => task.cells.find(({ activation }) => activation === name)!);
  const lost = whole.filter((_, i) => cells[i]!.diverged.includes(true));
  if (lost.length > 0)
    return words.diverged(
      name,
      lost.map(({ task }) => words.task(task)),
    );
  const found = whole.flatMap((task) => {
    const verdict = verdicts.get(task.task)!;
    const worse = (pair: Pair): boolean => pair.apart && pair.b === name && take.includes(pair.a);
    return verdict.pairs.filter(worse).map((pair) => ({ task, verdict, pair }));
  });
  const surest = found.toSorted((a, b) => a.pair.adjusted - b.pair.adjusted)[0];
  if (surest === undefined) return words.lower(name);
  const { task, verdict, pair } = surest;
  const where = whole.length === 1 ? undefined : words.task(task.task);
  const by = verdict.by === "loss" ? "loss" : task.measure;
  return words.behind(name, by, Math.abs(pair.difference.mean), where);
}

/** Costs of the best activations relative to the cheapest of them. */
function costTexts(take: readonly string[], whole: readonly JudgedTask[], words: AnswerWords): string[] {
  const costs = take.map((name) => ({ name, cost: relativeCost(whole, name) }));
  const least = Math.min(...costs.map(({ cost }) => cost));
  return costs
    .filter(({ cost }) => cost / least >= WORTH_SAYING)
    .slice(0, FOLLOWERS)
    .map(({ name, cost }) => words.dearer(name, Math.round(100 * (cost / least - 1))));
}

/** Caveats to the answer. */
function remarks(result: JudgedContest, { overall, tasks }: Verdict, words: AnswerWords): string[] {
  const said: string[] = [];
  for (const { task, measure, cells } of result.tasks) {
    const verdict = tasks.get(task);
    if (verdict === undefined) continue;
    const nothing = verdict.ranked.filter(({ learned, place }) => !learned && place !== null);
    if (nothing.length > 0)
      said.push(
        words.nothing(
          nothing.map(({ activation }) => activation),
          words.task(task),
          measure,
        ),
      );
    if (verdict.by === "loss") said.push(words.ceiling(words.task(task)));
    for (const { activation, rate, edge } of cells)
      if (edge !== null) said.push(words.edge(activation, rate, words.task(task), edge));
  }
  if (overall !== undefined && overall.descriptive && tasks.size > 1)
    said.push(words.descriptive(tasks.size));
  const missing = result.asked.filter((name) => !tasks.has(name));
  if (missing.length > 0) said.push(words.missing(missing.map((name) => words.task(name))));
  return said;
}

/** A score as displayed. */
export function showScore({ measure }: Pick<TaskResult, "measure">, score: number): string {
  if (measure === "accuracy") return fixed(100 * score, 1);
  if (measure === "bits") return fixed(score, 3);
  return measure === "psnr" ? fixed(score, 1) : decimal(score);
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
