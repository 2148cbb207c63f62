/**
 * The planted search: finds a formula close to a given function on an interval. Needs no GPU; least squares refine the numbers.
 */
import type { Activation } from "../../activations/activation.ts";
import { resolveParams } from "../../activations/params.ts";
import { type Expr, Pool, Program } from "../../activations/formula/expr.ts";
import { slopesOn } from "../../activations/formula/dual.ts";
import { valuesOn } from "../../activations/formula/real.ts";
import { leastSquares } from "../../core/least-squares.ts";
import { breed, childOf, fittest, type Scored } from "./breed.ts";
import { copy, mapNumbers, nodesOf, numbersOf, ofOperations, textOf, tidy } from "./tree.ts";
import { Known, recordOf } from "./values.ts";

/** Of the interval. */
const POINTS = 61;
const POPULATION = 80;
/** Of least squares. */
const ROUNDS = 5;
/** Numbers that are refined together. */
const MOST = 6;
/** What an additional node must gain: this reduction of the largest difference. */
const NODE = 1e-4;

export interface MatchOptions {
  readonly target: Activation;
  readonly range: readonly [from: number, to: number];
  readonly seed: number;
  /** At most. */
  readonly rounds: number;
  /** The largest difference at which it is content. */
  readonly within: number;
  /** Stops at this largest difference. */
  onRound?(best: MatchResult): Promise<boolean>;
}

export interface MatchResult {
  readonly formula: string;
  /** Called after each round; true ends the search. */
  readonly largest: number;
  readonly rms: number;
  readonly rounds: number;
  /** Formulas that were tried. */
  readonly tried: number;
}

interface Met extends Scored {
  /** The largest difference. */
  readonly off: number;
}

/** The best formula that uses only operations, without the target's own activation. */
export async function match({
  target,
  range,
  seed,
  rounds,
  within,
  onRound,
}: MatchOptions): Promise<MatchResult> {
  const [from, to] = range;
  const xs = Array.from({ length: POINTS }, (_, i) => from + ((to - from) * i) / (POINTS - 1));
  const params = resolveParams(target);
  const wanted = xs.map((x) => target.f(x, params));
  const space = ofOperations(target.name);
  const known = new Known(false);
  const distance = (root: Expr) => {
    const program = new Program(root);
    const values = valuesOn(program, { xs, params: {} })[program.place(root)]!;
    const off = wanted.map((value, i) => Math.abs(value - values[i]!));
    return { largest: Math.max(...off), rms: Math.sqrt(off.reduce((all, e) => all + e * e, 0) / POINTS) };
  };
  let best: Met[] = [];
  let tried = 0;
  for (let round = 1; ; round++) {
    const children = breed(space, known, best, { seed, generation: round, count: POPULATION });
    const texts = children.flatMap(({ looked: { tree } }) =>
      [tree.root, stretched(tree.root)].map((root) => refine(root, xs, wanted)),
    );
    const refined = texts.flatMap((text) => childOf(text, known) ?? []);
    for (const child of [...children, ...refined]) {
      const { root } = child.looked.tree;
      const { largest: off } = distance(root);
      const size = nodesOf(root).length;
      const badness = Number.isFinite(off) && size <= space.nodes ? off + NODE * size : Infinity;
      best.push({ ...child, badness, off });
    }
    best = fittest(apart(best), POPULATION);
    tried += children.length + refined.length;
    const first = best.find(({ formula }) => typeof recordOf(formula) !== "string");
    const found =
      first === undefined
        ? { formula: "", largest: Infinity, rms: Infinity, rounds: round, tried }
        : { formula: first.formula, ...distance(first.looked.tree.root), rounds: round, tried };
    const stop = (await onRound?.(found)) ?? false;
    if (stop || round >= rounds || found.largest <= within) return found;
  }
}

/** Of formulas whose error agrees to three digits, keeps only the smallest, so that one shape does not crowd out all others. */
function apart(all: readonly Met[]): Met[] {
  const kept = new Map<string, Met>();
  for (const one of all) {
    const niche = one.off.toPrecision(3);
    const other = kept.get(niche);
    if (other === undefined || one.badness < other.badness) kept.set(niche, one);
  }
  return [...kept.values()];
}

/** The tree with a number before each x. */
function stretched(root: Expr): Expr {
  const pool = new Pool();
  return copy(pool, root, ({ op }) =>
    op === "x" ? pool.node("mul", [pool.number(1), pool.variable("x")]) : undefined,
  );
}

/** The formula with the numbers that minimise the squared differences; undefined if it has none, or too many. */
function refine(root: Expr, xs: readonly number[], wanted: readonly number[]): string | undefined {
  const start = numbersOf(root);
  if (start.length === 0 || start.length > MOST) return undefined;
  const pool = new Pool();
  const names = start.map((_, i) => `c${i}`);
  const open = mapNumbers(pool, root, (_, i) => names[i]!);
  const program = new Program(open);
  const place = program.place(open);
  const values = leastSquares(
    start,
    (at) => {
      const params = Object.fromEntries(names.map((name, i) => [name, at[i]!]));
      const columns = valuesOn(program, { xs, params });
      const slopes = names.map((name) => slopesOn(program, columns, name)[place]?.slopes);
      return {
        off: wanted.map((value, k) => columns[place]![k]! - value),
        rows: wanted.map((_, k) => slopes.map((own) => own?.[k] ?? 0)),
      };
    },
    ROUNDS,
  );
  if (!values.every(Number.isFinite)) return undefined;
  return textOf(
    tidy(
      pool,
      mapNumbers(pool, root, (_, i) => values[i]!),
    ),
  );
}
