/** Places in texts, `{name}` or `{name:form}`, filled with a run's figures. */
import type { Text } from "../core/text.ts";
import { decimal, percent } from "../report/numbers.ts";
import type { Experiment, Given, Setup } from "./experiment.ts";
import { spreadOf } from "./spread.ts";

/** The value for a name; undefined leaves the place unchanged. */
export type Look = (name: string) => string | number | Text | undefined;

/** Whole per cent (`%`), per cent with one digit (`%1`), three digits (`figure`), or a number of decimals (`2`). */
export type NumberForm = string;

/** Writes a number in a form; without a form unchanged (12,000; 0.05). */
export function writeNumber(value: number, form?: NumberForm): string {
  if (Number.isNaN(value)) return "–";
  if (form === undefined)
    return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(6)));
  if (form === "figure") return decimal(value);
  return form.startsWith("%") ? percent(value, Number(form.slice(1))) : value.toFixed(Number(form));
}

const isText = (value: object): value is Text => "en" in value && "ko" in value;

function fillText(text: Text, look: Look): Text {
  const fill = (language: keyof Text): string =>
    text[language].replaceAll(/\{([^{}:]+)(?::([^{}]+))?\}/g, (place, name: string, form?: string) => {
      const value = look(name);
      if (value === undefined) return place;
      if (typeof value === "object") return fillText(value, look)[language];
      return typeof value === "string" ? value : writeNumber(value, form);
    });
  return { en: fill("en"), ko: fill("ko") };
}

/** A value with all of its texts filled. */
export function filled<T>(value: T, look: Look): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => filled(part as unknown, look)) as T;
  if (isText(value)) return fillText(value, look) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, filled(part as unknown, look)]),
  ) as T;
}

/** Looks up the set-up's numbers and words (`lr.relu` within a record), and the number of seeds. */
export const setupLook =
  (setup: Setup, seeds?: number): Look =>
  (name) => {
    if (name === "seeds") return seeds;
    const value = name in setup ? setup[name] : name.split(".").reduce<unknown>(within, setup);
    return typeof value === "number" || typeof value === "string" ? value : undefined;
  };

const within = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** Looks up medians of measured values first (NaN if not measured or not finite), then the set-up. */
export const rowLook =
  ({ metrics }: Pick<Experiment, "metrics">, { values, setup, seeds }: Given): Look =>
  (name) =>
    metrics.some((metric) => metric.name === name)
      ? (spreadOf(values[name])?.median ?? NaN)
      : setupLook(setup, seeds?.length)(name);
