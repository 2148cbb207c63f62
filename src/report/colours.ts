/** An activation's colour in the palette, the same wherever it is drawn: on the page, in a statement, in a report. */
import { COLOURS } from "./palette.ts";

/** The best known come first: a name's position, counted around the palette, is its colour. */
const known: readonly string[] = (
  "relu tanh silu sigmoid gelu elu leaky_relu mish selu softplus identity swiglu " +
  "prelu snake hardswish softsign gelu_tanh squared_relu relu6 hardtanh swish hardsigmoid celu geglu"
).split(" ");

/** Formulas and other names have no colour of their own. */
function rankOf(name: string): number {
  const at = known.indexOf(/^\w+/.exec(name)?.[0] ?? "");
  return at < 0 ? known.length : at;
}

/**
 * Palette positions for names shown together, independent of their order. Each gets its own colour unless a better known one has
 * it, and then a free one. Six get a colour; the others are grey (see `colourOf`).
 * @param first names that get a colour before all others
 */
export function coloursOf(names: readonly string[], first: readonly string[] = []): readonly number[] {
  const byRank = names.map((_, at) => at).toSorted((a, b) => rankOf(names[a]!) - rankOf(names[b]!));
  const [wanted, others] = [true, false].map((is) =>
    byRank.filter((at) => first.includes(names[at]!) === is),
  );
  const coloured = new Set([...wanted!, ...others!].slice(0, COLOURS));
  const owner = new Map<number, number>();
  for (const at of byRank) {
    const own = rankOf(names[at]!) % COLOURS;
    if (coloured.has(at) && rankOf(names[at]!) < known.length && !owner.has(own)) owner.set(own, at);
  }
  const colours = new Map([...owner].map(([colour, at]) => [at, colour] as const));
  const free = Array.from({ length: COLOURS }, (_, i) => i).filter((colour) => !owner.has(colour));
  let grey = COLOURS;
  return byRank
    .map((at) => [at, colours.get(at) ?? (coloured.has(at) ? free.shift()! : grey++)] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, colour]) => colour);
}
