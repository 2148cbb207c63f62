/** Generation after generation: selection, mutation and crossing of formulas. Pure: the seed decides everything. */
import { Draws } from "./draws.ts";
import { type Space, crossed, mutated, randomFormula } from "./tree.ts";
import { type Known, type Looked, look } from "./values.ts";

export interface Scored {
  readonly formula: string;
  readonly looked: Looked;
  /** Lower is better; infinite for unusable formulas. */
  readonly badness: number;
}

/** Tournament size: the best of this many formulas becomes a parent. */
const TOURNAMENT = 3;
/** Attempts per child; if all are refused, there is none. */
const ATTEMPTS = 60;

export interface Brood {
  readonly seed: number;
  readonly generation: number;
  readonly count: number;
  readonly fits?: (child: Child) => boolean;
}

export type Child = Omit<Scored, "badness">;

/** Adds a formula as a child, unless it is refused or known. */
export function childOf(formula: string | undefined, known: Known): Child | undefined {
  if (formula === undefined) return undefined;
  const looked = look(formula);
  return typeof looked === "string" || !known.add(looked.outline) ? undefined : { formula, looked };
}

/**
 * Children that are new, not constant or linear, and finite.
 * @param parents if empty, children are random
 * @param fits further conditions
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

/** The best, without unusable ones; ties go to the cheaper, then to the older. */
export const fittest = <T extends Scored>(all: readonly T[], count: number): T[] =>
  all
    .filter(({ badness }) => badness < Infinity)
    .toSorted((a, b) => a.badness - b.badness || a.looked.operations - b.looked.operations)
    .slice(0, count);
