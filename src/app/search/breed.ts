/** One generation after another: selection, mutation and crossing of formulas. Pure; all is decided by the seed. */
import { Draws } from "./draws.ts";
import { type Space, crossed, mutated, randomFormula } from "./tree.ts";
import { type Known, type Looked, look } from "./values.ts";

export interface Scored {
  readonly formula: string;
  readonly looked: Looked;
  /** The lower, the better; infinite for what cannot be used. */
  readonly badness: number;
}

/** Formulas of which the best is a parent. */
const TOURNAMENT = 3;
/** For one child: after so many that are refused, there is none. */
const ATTEMPTS = 60;

export interface Brood {
  readonly seed: number;
  readonly generation: number;
  readonly count: number;
  readonly fits?: (child: Child) => boolean;
}

export type Child = Omit<Scored, "badness">;

/** A formula as a child, unless it is refused or known. */
export function childOf(formula: string | undefined, known: Known): Child | undefined {
  if (formula === undefined) return undefined;
  const looked = look(formula);
  return typeof looked === "string" || !known.add(looked.outline) ? undefined : { formula, looked };
}

/**
 * Children that are new, not constant or linear, and finite.
 * @param parents at random where there is none
 * @param fits what else they must be
 */
export function breed(
  space: Space,
  known: Known,
  parents: readonly Scored[],
  { seed, generation, count, fits = () => true }: Brood,
): Child[] {
  return Array.from({ length: count }, (_, k) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const draws = new Draws(seed, `${generation} ${k} ${attempt}`);
      const child = childOf(draw(space, parents, draws), known);
      if (child !== undefined && fits(child)) return [child];
    }
    return [];
  }).flat();
}

function draw(space: Space, parents: readonly Scored[], draws: Draws): string | undefined {
  const kind = draws.next();
  if (parents.length === 0 || kind < 0.1) return randomFormula(space, draws);
  const parent = (): Scored => {
    const some = Array.from({ length: TOURNAMENT }, () => draws.pick(parents));
    return some.reduce((best, one) => (one.badness < best.badness ? one : best));
  };
  const { tree } = parent().looked;
  return kind < 0.4 ? crossed(space, tree, parent().looked.tree, draws) : mutated(space, tree, draws);
}

/** The best, without those that cannot be used; of equals the one that costs less, then the older. */
export const fittest = <T extends Scored>(all: readonly T[], count: number): T[] =>
  all
    .filter(({ badness }) => badness < Infinity)
    .toSorted((a, b) => a.badness - b.badness || a.looked.operations - b.looked.operations)
    .slice(0, count);
