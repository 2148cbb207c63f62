/** The axis of a panel, chosen to fit what is drawn along it. */
import { linearScale, linearTicks, logScale, logTicks, type Place } from "../scale.ts";
import type { Axis } from "./figure.ts";

export interface Scale {
  readonly at: Place;
  readonly ticks: readonly number[];
  text(tick: number): string;
}

/** Half a power of ten: the margin on either side of an axis with one value. */
const HALF = 10 ** 0.5;

/** An axis over these values. Values that a logarithmic axis cannot show (zero and below) are drawn at its lower end. */
export function scaleOf(axis: Axis, values: readonly (number | null)[], count = 5): Scale {
  const known = values.filter((v) => v !== null && Number.isFinite(v)) as number[];
  const shown = axis.log === true ? known.filter((v) => v > 0) : known;
  const [least, most] = [Math.min(...shown, Infinity), Math.max(...shown, -Infinity)];
  const room = axis.log === true ? 0 : (most - least) * 0.04;
  let from = axis.from ?? (Number.isFinite(least) ? least - room : 0);
  let to = axis.to ?? (Number.isFinite(most) ? most + room : 1);
  if (axis.log === true) [from, to] = [from > 0 ? from : 1e-3, to > 0 ? to : 1];
  if (!(to > from)) [from, to] = axis.log === true ? [from / HALF, to * HALF] : [from - 0.5, to + 0.5];
  if (axis.log === true && logTicks(from, to).length < 2) [from, to] = [stepBelow(from), stepAbove(to)];
  return {
    at: axis.log === true ? logScale(from, to) : linearScale(from, to),
    ticks: axis.log === true ? logTicks(from, to, count) : linearTicks(from, to, count),
    text: (tick) => tickText(axis, tick),
  };
}

/** The next of 1, 2, 5 times a power of ten, or the value itself, so that a short axis shows its ends. */
function stepBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(((value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1) * power).toPrecision(6));
}
function stepAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = value <= power ? 1 : value <= 2 * power ? 2 : value <= 5 * power ? 5 : 10;
  return Number((factor * power).toPrecision(6));
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function tickText({ log = false, percent = false }: Axis, tick: number): string {
  if (percent) return `${Number((tick * 100).toPrecision(6))} %`;
  if (!log || (tick >= 0.01 && tick < 10_000)) return String(tick);
  const power = Math.round(Math.log10(tick));
  const digits = [...String(Math.abs(power))].map((d) => superscripts[Number(d)]).join("");
  const factor = Math.round(tick / 10 ** power);
  return `${factor === 1 ? "" : `${factor}·`}10${power < 0 ? "⁻" : ""}${digits}`;
}
