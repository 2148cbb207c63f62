/** Where values lie along an axis, and which of them are labelled. */

/** The position of a value, from 0 to 1; values beyond an end are put there. */
export type Place = (value: number) => number;

export const linearScale = (from: number, to: number): Place =>
  to > from ? (value) => clamp((value - from) / (to - from)) : () => 0.5;

/** For positive ends; values that such an axis cannot show (zero and below) are put at its lower end. */
export function logScale(from: number, to: number): Place {
  const place = linearScale(Math.log10(from), Math.log10(to));
  return (value) => (value > 0 ? place(Math.log10(value)) : 0);
}

const clamp = (share: number): number => Math.max(0, Math.min(1, share));

/** The smallest and largest value that a logarithmic axis can show; undefined if there is none. */
export function positiveExtent(
  values: readonly number[],
): readonly [least: number, most: number] | undefined {
  const known = values.filter((value) => value > 0);
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)];
}

/** About `count` round numbers from `from` to `to`: steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough * 0.999)!;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** 1, 2, 5 times powers of ten from `from` to `to`, at most `count` of them. */
export function logTicks(from: number, to: number, count = 5): number[] {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const n of [1, 2, 5]) {
      const tick = Number((n * 10 ** power).toPrecision(3));
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick);
    }
  }
  const powers = ticks.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  const shown = ticks.length > count && powers.length > 0 ? powers : ticks;
  const every = Math.ceil(shown.length / count);
  return shown.filter((_, i) => i % every === 0);
}

/** A tick of such an axis, in few characters: 0.01, 1e-6. */
export const logTickText = (tick: number): string => (tick < 1e-3 ? tick.toExponential() : String(tick));
