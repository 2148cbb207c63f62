/** What is compared in an experiment, with what was measured independently and what has to be reached, in one place. */
import type { Text } from "../core/text.ts";
import type { Bar, Name } from "../report/figure/figure.ts";
import type { Gate, Metric, Notation, Values } from "./experiment.ts";
import { filled } from "./fill.ts";
import { bar } from "./measures.ts";

/** The median, or the median, the least and the greatest of independent runs. */
export type Reference = number | NonNullable<Metric["reference"]>;

/** One of what is compared. Its own fields fill places of labels and of metrics' names. */
export interface Case {
  readonly name: string;
  /** In labels and figures, where it is not the name. */
  readonly label?: Name | undefined;
  readonly reference?: Reference | undefined;
  readonly gate?: Gate | undefined;
}

/** One figure: its label, and in one object the reference, the notation and the bounds of its gate. */
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

/** Which figure of each case: by default the one that has its name, its reference and its gate. */
export interface Of<C> {
  /** The metric's name, with places: "{name} share". */
  readonly of?: string;
  readonly notation?: Notation;
  readonly reference?: (one: C) => Reference | undefined;
  readonly gate?: (one: C) => Gate | undefined;
}

const labelOf = ({ name, label }: Case): Name => label ?? name;

/** A text with a case's own fields in their places. */
export const forCase = (text: Text, one: Case): Text =>
  filled(text, (field) => ({ ...one, label: labelOf(one) })[field] as string | number | Text | undefined);

const nameOf = (one: Case, of: string): string => forCase({ en: of, ko: of }, one).en;

/** A figure a case. */
export const metricsOf = <C extends Case>(
  cases: readonly C[],
  label: Text,
  { of = "{name}", notation, reference = (one) => one.reference, gate = (one) => one.gate }: Of<C> = {},
): Metric[] =>
  cases.map((one) =>
    metric(nameOf(one, of), forCase(label, one), { ...gate(one), reference: reference(one), notation }),
  );

/** A bar a case that was measured, with its reference as a mark. */
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
