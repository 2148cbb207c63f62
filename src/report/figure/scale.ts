/** From values to places along an axis. */
import { logTicks, ticksOf } from "../bars.ts";
import type { Axis } from "./figure.ts";

export interface Scale {
  /** Place of a value, from 0 to 1; what lies beyond an end is put there. */
  at(value: number): number;
  readonly ticks: readonly number[];
  text(tick: number): string;
}

/** Of an axis over these values. What a logarithmic axis cannot show (zero and below) stands at its lower end. */
export function scaleOf(axis: Axis, values: readonly (number | null)[], count = 5): Scale {
  const known = values.filter((v) => v !== null && Number.isFinite(v)) as number[];
  const shown = axis.log === true ? known.filter((v) => v > 0) : known;
  const [least, most] = [Math.min(...shown, Infinity), Math.max(...shown, -Infinity)];
  const room = axis.log === true ? 0 : (most - least) * 0.04;
  let from = axis.from ?? (Number.isFinite(least) ? least - room : 0);
  let to = axis.to ?? (Number.isFinite(most) ? most + room : 1);
  if (axis.log === true) {
    from = Math.log10(from > 0 ? from : 1e-3);
    to = Math.log10(to > 0 ? to : 1);
  }
  if (!(to > from)) [from, to] = [from - 0.5, to + 0.5];
  const place =
    axis.log === true ? (v: number): number => (v > 0 ? Math.log10(v) : from) : (v: number): number => v;
  const ticks = axis.log === true ? powers(from, to, count) : ticksOf(from, to, count);
  return {
    at: (value) => Math.max(0, Math.min(1, (place(value) - from) / (to - from))),
    ticks,
    text: (tick) => tickText(axis, tick),
  };
}

/** Powers of ten where there are enough of them, else 1, 2, 5 times such. */
function powers(from: number, to: number, count: number): number[] {
  const all = logTicks(from, to);
  const every = Math.ceil((to - from) / count);
  return every <= 1 ? all : all.filter((tick) => Math.abs(Math.round(Math.log10(tick))) % every === 0);
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
