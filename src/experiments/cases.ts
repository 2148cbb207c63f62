/** What an experiment compares, with the reference results and the bounds of each case, in one place. */
import type { Text } from "../core/text.ts";
import type { Bar, Name } from "../report/figure/figure.ts";
import type { Gate, Metric, Notation, Values } from "./experiment.ts";
import { filled } from "./fill.ts";
import { bar } from "./measures.ts";

/** The median, or the median, the least and the greatest, of independent runs. */
export type Reference = number | NonNullable<Metric["reference"]>;

/** One of the things compared. Its own fields fill places in labels and in metrics' names. */
export interface Case {
  readonly name: string;
  /** Name in labels and figures, if it differs from `name`. */
  readonly label?: Name | undefined;
  readonly reference?: Reference | undefined;
  readonly gate?: Gate | undefined;
}

/** A metric: its label, and in one object the reference, the notation and the bounds of its gate. */
export function metric(
  name: string,
  label: Text,
  {
    reference,
    notation,
    ...gate
  }: Gate & { readonly reference?: Reference | undefined; readonly notation?: Notation | undefined } = {},
): Metric {
  return {
    name,
    label,
    ...(notation && { notation }),
    ...(reference !== undefined && { reference: typeof reference === "number" ? [reference] : reference }),
    ...(Object.keys(gate).length > 0 && { gate }),
  };
}

/** Which metric to take of each case. Default: the one with its name, reference and gate. */
export interface Of<C> {
  /** The metric's name, with places: "{name} share". */
  readonly of?: string;
  readonly notation?: Notation;
  readonly reference?: (one: C) => Reference | undefined;
  readonly gate?: (one: C) => Gate | undefined;
}

const labelOf = ({ name, label }: Case): Name => label ?? name;

/** A text with its places filled by a case's fields. */
export const forCase = (text: Text, one: Case): Text =>
  filled(text, (field) => ({ ...one, label: labelOf(one) })[field] as string | number | Text | undefined);

const nameOf = (one: Case, of: string): string => forCase({ en: of, ko: of }, one).en;

/** One metric per case. */
export const metricsOf = <C extends Case>(
  cases: readonly C[],
  label: Text,
  { of = "{name}", notation, reference = (one) => one.reference, gate = (one) => one.gate }: Of<C> = {},
): Metric[] =>
  cases.map((one) =>
    metric(nameOf(one, of), forCase(label, one), { ...gate(one), reference: reference(one), notation }),
  );

/** One bar per measured case, with its reference as a mark. */
export const barsOf = <C extends Case>(
  values: Values,
  cases: readonly C[],
  { of = "{name}", reference = (one) => one.reference }: Pick<Of<C>, "of" | "reference"> = {},
): Bar[] =>
  cases.flatMap((one) => {
    const found = values[nameOf(one, of)];
    const mark = reference(one);
    if (found === undefined) return [];
    const label = labelOf(one);
    const name = typeof label === "object" ? forCase(label, one) : label;
    return [bar(name, found, typeof mark === "object" ? mark[0] : mark)];
  });
