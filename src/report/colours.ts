/** Which colour of the palette an activation has, wherever it is drawn: on the page, in a statement, in a report. */
import { COLOURS } from "./palette.ts";

/** The best known come first: a name's place, counted around the palette, is its colour. */
const known: readonly string[] = (
  "relu tanh silu sigmoid gelu elu leaky_relu mish selu softplus identity swiglu " +
  "prelu snake hardswish softsign gelu_tanh squared_relu relu6 hardtanh swish hardsigmoid celu geglu"
).split(" ");

/** A formula, or what is no activation, has none of its own. */
function rankOf(name: string): number {
  const at = known.indexOf(/^\w+/.exec(name)?.[0] ?? "");
  return at < 0 ? known.length : at;
}

/**
 * Places in the palette for names that stand beside each other, whatever their order: each has its own colour where a better
 * known one leaves it free, else one that is. Six have a colour; the places of the others are grey (see `colourOf`).
 * @param first those that have one before all others
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
