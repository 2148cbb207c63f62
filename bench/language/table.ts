import { type Cell, type Table, bad, cell, interval, none } from "../../src/report/table.ts";
import { range } from "../../src/core/statistics.ts";
import { whole } from "../../src/report/numbers.ts";
import type { LanguageResult, LanguageRow } from "./result.ts";
import { EVALUATE_EVERY, STEPS, TOLERANCE, reference } from "./setting.ts";

const steps = Array.from({ length: STEPS / EVALUATE_EVERY }, (_, i) => (i + 1) * EVALUATE_EVERY);
const bits = (value: number): string => value.toFixed(3);

export function languageTable(result: LanguageResult): Table {
  const last = Math.max(...result.rows.flatMap(({ scores }) => scores.map(({ step }) => step)));
  const shown = [...steps.filter((step) => step < last), last];
  return {
    title: `A GPT of 4 layers on ${result.text.split(/[\\/]/).at(-1)!}: bits per character on held-out text`,
    heading: [
      "activation",
      "parameters",
      ...shown.map((step) => `${whole(step)} steps`),
      "[min, max]",
      "reference",
      "off by",
      "ms per step",
    ],
    rows: result.rows.map((row) => rowOf(row, shown, last)),
    notes: [
      `Median of ${result.seeds.length} seeds, trained at once: a step is a step of all seeds. One learning rate for all, so this is not a ranking.`,
      `Reference: PyTorch, two seeds, after the same number of steps. Off by more than ${TOLERANCE}: marked.`,
    ],
  };
}

function rowOf(
  { name, parameters, scores, seconds, steps: done }: LanguageRow,
  shown: readonly number[],
  last: number,
): Cell[] {
  const at = (step: number) => {
    const found = scores.find((score) => score.step === step);
    return found && range(found.bits);
  };
  const [own, theirs] = [at(last), reference[name]?.[last]];
  const off = own === undefined || theirs === undefined ? undefined : own.median - theirs;
  return [
    cell(name),
    cell(whole(parameters)),
    ...shown.map((step) => {
      const score = at(step);
      return score === undefined ? none : cell(bits(score.median));
    }),
    own === undefined ? none : cell(interval(own, bits)),
    theirs === undefined ? none : cell(bits(theirs)),
    off === undefined ? none : bad(bits(off), !(Math.abs(off) <= TOLERANCE)),
    done === 0 ? none : cell(((1000 * seconds) / done).toFixed(1)),
  ];
}
