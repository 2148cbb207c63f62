/** Whether goals are met, and the sentence that a certificate ends with. */
import { floatText, stepsText, ulpText } from "./numbers.ts";
import type { Goals } from "./goals.ts";
import type { CaseResult, CertificateResult, Forms, Sample } from "./result.ts";

/** `at x = 1.5, got 2, want 3` */
export const whereText = (at: Sample | null): string =>
  at === null ? "" : `at x = ${floatText(at.x)}, got ${floatText(at.got)}, want ${floatText(at.want)}`;

/** What misses its goal; WebNN's bound is one too. NaN meets none. */
export function missedGoals({ f, slope }: Forms, goals: Goals, webnn: number | null): string[] {
  const within = (error: number, most: number): boolean => error <= most;
  const missed: string[] = [];
  if (!within(f.ulp.error, goals.forward))
    missed.push(`f is ${ulpText(f.ulp.error)} ulp off, ${goals.forward} allowed, ${whereText(f.ulp.at)}`);
  if (webnn !== null && !within(f.steps, webnn))
    missed.push(`f is ${stepsText(f.steps)} float32 steps off, WebNN allows ${webnn}`);
  if (!within(slope.ulp.error, goals.slope))
    missed.push(
      `f' is ${ulpText(slope.ulp.error)} ulp off, ${goals.slope} allowed, ${whereText(slope.ulp.at)}`,
    );
  const zero = slope.nearZero;
  if (zero !== null && !within(zero.error, goals.nearZero)) {
    const share = (zero.error / goals.nearZero).toFixed(2);
    missed.push(`f' near a zero is off by ${share} of the 2⁻²² allowed, ${whereText(zero.at)}`);
  }
  for (const [name, { broken }] of [["f", f] as const, ["f'", slope] as const]) {
    if (broken.count > 0)
      missed.push(`${name} is not finite at ${broken.count} points, first ${whereText(broken.first)}`);
  }
  return missed;
}

/** Cases above half of what WebNN allows: the project's additional limit, besides its own goals. */
export const aboveHalfOfWebnn = (cases: readonly CaseResult[]): CaseResult[] =>
  cases.filter(({ webnn, ours }) => webnn !== null && !(ours.f.steps <= webnn / 2));

/** `All 55 meet their goals, finite over all of float32; ...` */
export function closingLines({ cases, total, complete }: CertificateResult): string[] {
  const missed = cases.filter((c) => c.missed.length > 0);
  const bounded = cases.filter(({ webnn }) => webnn !== null);
  const above = aboveHalfOfWebnn(cases);
  const broken = cases.filter(({ ours }) => ours.f.broken.count + ours.slope.broken.count > 0);
  const textbooks = cases.flatMap(({ textbook }) => textbook ?? []);
  const lines = [
    missed.length === 0
      ? `${cases.length} of ${cases.length} meet their goals`
      : `${missed.length} of ${cases.length} miss a goal: ${missed.map(({ id }) => id).join(", ")}`,
    broken.length === 0
      ? "Finite over all of float32: all"
      : `Not finite where the true value is: ${broken.map(({ id }) => id).join(", ")}`,
  ];
  if (bounded.length > 0) {
    const most = above.map(({ id, ours, webnn }) => `${id} (${stepsText(ours.f.steps)} of ${webnn})`);
    lines.push(
      above.length === 0
        ? `At or below half of WebNN's bound: all ${bounded.length} activations that have one`
        : `Above half of WebNN's bound: ${most.join(", ")}`,
    );
  }
  if (textbooks.length > 0) {
    const [off, bad] = [textbooks.filter(isOff).length, textbooks.filter(isBad).length];
    lines.push(
      `Of ${textbooks.length} textbook forms, ${off} are off by more than 100 ulp, ${bad} give NaN or infinity where the true value is finite`,
    );
  }
  if (!complete) lines.push(`Stopped after ${cases.length} of ${total}`);
  return lines;
}

const isOff = ({ f, slope }: Forms): boolean => !(Math.max(f.ulp.error, slope.ulp.error) <= 100);
const isBad = ({ f, slope }: Forms): boolean => f.broken.count + slope.broken.count > 0;
