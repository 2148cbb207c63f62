/** The space of a sweep: options of its points with the values that they may take. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import {
  type Option,
  type OptionTable,
  type OptionValue,
  checkOption,
  readOption,
} from "../../core/options.ts";
import { streamOf, uniform } from "../../core/random.ts";
import { cellOptions, replicaOptions, sharedOptions } from "./job.ts";

/** An option with the values of a grid, or with a range from which values are drawn. */
export interface Axis {
  readonly name: string;
  readonly values: readonly OptionValue[];
  readonly range?: { readonly from: number; readonly to: number; readonly scale: "lin" | "log" };
}

/** A point of the space: its own options, and a name made of those that differ among points. */
export interface Point {
  readonly key: string;
  readonly values: Readonly<Record<string, OptionValue>>;
}

/** Most points of a grid. */
const MOST = 100_000;

/** Options of a point: those of a training or, with a task, of a cell of the contest. */
export const optionsOf = (names: readonly string[]): OptionTable =>
  names.includes("task") ? cellOptions : { ...sharedOptions, ...replicaOptions };

/**
 * Axes in the command line's syntax: `layers=16/16,32/32 activation=relu,max(x, 0) lr=0.001..0.1:log4 seed=0..4`. Commas outside
 * of parentheses separate values; slashes separate the elements of a list.
 * @throws ActigradError "option"
 */
export function parseGrid(text: string): Record<string, unknown> {
  const axes = text.trim().split(/\s+(?=[A-Za-z]\w*=)/);
  const grid: Record<string, unknown> = {};
  for (const axis of axes) {
    const [, name, values] = /^([A-Za-z]\w*)=(.+)$/s.exec(axis) ?? [];
    if (name === undefined || values === undefined)
      throw new ActigradError("option", `grid: expected name=values, got "${axis}"`, {
        hint: 'as in "layers=16,32 activation=relu,gelu lr=0.001..0.1:log4 seed=0..1"',
      });
    if (Object.hasOwn(grid, name)) throw new ActigradError("option", `grid: ${name} is given twice`);
    grid[name] = splitOutside(values);
  }
  return grid;
}

/** The axes of a grid in JSON: by name, a value, a list of values, or a text of either. @throws ActigradError "option" */
export function axesOf(grid: Readonly<Record<string, unknown>>): readonly Axis[] {
  const table = optionsOf(Object.keys(grid));
  const axes = Object.entries(grid).map(([name, given]): Axis => {
    if (!Object.hasOwn(table, name)) throw unknownName("axis of the grid", name, Object.keys(table));
    const { option, wrap } = elementOf(table[name]!);
    const texts = typeof given === "string" ? splitOutside(given) : [given].flat();
    const range = texts.length === 1 ? readRange(name, texts[0]) : undefined;
    if (range !== undefined && "scale" in range) {
      for (const end of [range.from, range.to]) checkOption(`grid: ${name}`, option, end);
      return { name, values: [], range };
    }
    const values = range ?? texts;
    const read = (one: unknown): OptionValue =>
      typeof one === "string"
        ? readOption(`grid: ${name}`, option, one.trim())
        : checkOption(`grid: ${name}`, option, option.kind === "numbers" ? [one].flat() : one);
    return { name, values: values.map((one) => wrap(read(one))) };
  });
  const count = axes.reduce((product, { values }) => product * Math.max(1, values.length), 1);
  if (count > MOST) throw new ActigradError("option", `grid: expected at most ${MOST} points, got ${count}`);
  return axes;
}

/** A training takes a list of activations, one per layer; on an axis there is one for all of them, which may contain slashes. */
function elementOf(option: Option): { readonly option: Option; wrap(value: OptionValue): OptionValue } {
  if (option.kind !== "words") return { option, wrap: (value) => value };
  return { option: { ...option, kind: "word", default: undefined }, wrap: (value) => [value as string] };
}

/**
 * Every combination of the axes' values; the last axis varies fastest. @throws ActigradError "option" for a range without a count
 */
export function gridPoints(axes: readonly Axis[]): readonly Point[] {
  for (const { name, range } of axes)
    if (range !== undefined)
      throw new ActigradError("option", `grid: ${name} is a range, but a grid needs a number of values`, {
        hint: `as in ${name}=${range.from}..${range.to}:${range.scale}4; --strategy random draws from a range`,
      });
  const all = axes.reduce<OptionValue[][]>(
    (before, { values }) => before.flatMap((own) => values.map((value) => [...own, value])),
    [[]],
  );
  return all.map((values) => pointOf(axes, values));
}

/** Distinct random points from the axes; fewer if there are no more to find. */
export function randomPoints(axes: readonly Axis[], count: number, seed: number): readonly Point[] {
  const draws = axes.map(({ name }) => uniform(seed, streamOf(name), 4 * count));
  const found = new Map<string, Point>();
  for (let i = 0; i < 4 * count && found.size < count; i++) {
    const point = pointOf(
      axes,
      axes.map(({ values, range }, a) => {
        const u = draws[a]![i]!;
        return range === undefined ? values[Math.floor(u * values.length)]! : within(range, u);
      }),
    );
    if (!found.has(point.key)) found.set(point.key, point);
  }
  return [...found.values()];
}

function pointOf(axes: readonly Axis[], values: readonly OptionValue[]): Point {
  const own = axes.map(({ name }, a) => [name, values[a]!] as const);
  const told = own.filter((_, a) => axes[a]!.values.length !== 1);
  const key = told.map(([name, value]) => `${name}=${[value].flat().join("/")}`).join(" ");
  return { key: key === "" ? "the only point" : key, values: Object.fromEntries(own) };
}

const number = String.raw`[-+]?[\d.]+(?:e[-+]?\d+)?`;
const rangePattern = new RegExp(`^\\s*(${number})\\.\\.(${number})(?::(log|lin)(\\d*))?\\s*$`, "i");

/**
 * Values of `0..4`, `1e-4..1e-1:log4` or `0..1:lin5`; the range itself without a number of values; undefined for anything else.
 */
function readRange(name: string, text: unknown): readonly number[] | Required<Axis>["range"] | undefined {
  const [, low, high, scale, count] = (typeof text === "string" && rangePattern.exec(text)) || [];
  if (low === undefined) return undefined;
  const [from, to] = [Number(low), Number(high)];
  const fail = (what: string): never => {
    throw new ActigradError("option", `grid: ${name}: expected ${what}, got "${String(text)}"`);
  };
  if (!(from < to)) fail("a range that ends above its start");
  if (scale === undefined) {
    if (!Number.isInteger(from) || !Number.isInteger(to) || to - from >= MOST)
      fail("whole numbers, or :log4 or :lin5 after the range, as in 0.001..0.1:log4");
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }
  if (scale === "log" && from <= 0) fail("a range above 0");
  const range = { from, to, scale: scale as "lin" | "log" };
  if (count === "") return range;
  const values = Number(count);
  if (values < 2 || values > MOST) fail("two values or more");
  return Array.from({ length: values }, (_, i) => within(range, i / (values - 1)));
}

/** To 7 digits, the precision of float32 and of keys. */
const within = ({ from, to, scale }: Required<Axis>["range"], u: number): number =>
  Number((scale === "log" ? from * (to / from) ** u : from + u * (to - from)).toPrecision(7));

/** Splits at commas outside of parentheses. */
function splitOutside(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim());
}
