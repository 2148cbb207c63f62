/** The search in rounds: who is trained how far, and who comes next. Pure: the seed and the cells decide. */
import type { Cell } from "../../../bench/contest/result.ts";
import { mean } from "../../core/statistics.ts";
import { type Child, breed, childOf, fittest } from "./breed.ts";
import { type Tree, ofActivations } from "./tree.ts";
import { Known, catalogueName, recordOf } from "./values.ts";

/** How far to train a formula: briefly, to sort it out, or as the contest does. */
export const rungs = ["brief", "whole"] as const;
export type Rung = (typeof rungs)[number];

/** The reference: losses are given as multiples of its losses. */
export const REFERENCE = "relu";

/** Commonly used activations, with a learned variant. */
const start: readonly string[] = [
  "relu(x)",
  "x * sigmoid(beta * x); beta = 1 learned",
  "gelu(x)",
  "tanh(x)",
  "max(x, alpha * x); alpha = 0.1 learned",
  "x * tanh(softplus(x))",
  "sin(x)",
  "elu(x)",
];

/** One in this many formulas of a round is trained further. */
const PROMOTED = 4;
/** One in this many formulas of a generation becomes a parent. */
const PARENTS = 2;

/** Something to train: a catalogue activation by name, or a formula. */
export interface Ask {
  readonly activation: string;
  readonly rung: Rung;
}

export interface Member extends Child {
  readonly activation: string;
  /** The round that made it. */
  readonly round: number;
  /** Mean over the tasks of the logarithm of its validation loss over relu's; infinite if it diverged. */
  readonly losses: Partial<Record<Rung, number>>;
}

/** The validation loss at a cell's own rate: the mean over the seeds that chose it. Infinite if one diverged. */
export function validationLoss({ rates, rate }: Pick<Cell, "rates" | "rate">): number {
  const trial = rates.find((one) => one.rate === rate);
  if (trial === undefined || trial.diverged.includes(true)) return Infinity;
  const loss = mean(trial.validationLoss);
  return Number.isFinite(loss) ? loss : Infinity;
}

/** Smaller losses count as 0: their ratios are chance. */
const LEAST = 1e-6;

/** Cells of one activation compared with the reference's, task by task; undefined cells failed. */
export const against = (
  cells: readonly (Cell | undefined)[],
  reference: readonly (Cell | undefined)[],
): number =>
  mean(
    cells.map((cell, i) => {
      const [own, other] = [cell, reference[i]].map((one) => (one ? validationLoss(one) : Infinity));
      // If the reference itself has failed, losses are used as they are.
      return Math.log((own! + LEAST) / (Number.isFinite(other) ? other! + LEAST : 1));
    }),
  );

/** Cells of a request, one per task; undefined for one that failed. */
export type CellsOf = (ask: Ask) => readonly (Cell | undefined)[];

export class Evolution {
  readonly members: Member[] = [];
  /** The best ratio of losses after each finished round. */
  readonly progress: number[] = [];
  readonly #known = new Known(true);
  readonly #plan: { readonly seed: number; readonly population: number };
  #round = 0;

  constructor(plan: { readonly seed: number; readonly population: number }) {
    this.#plan = plan;
  }

  /** Number of rounds begun. */
  get round(): number {
    return this.#round;
  }

  /** What the next round trains: a generation briefly, and the best of the one before as the contest does. */
  next(closing = false): Ask[] {
    this.#round++;
    const promoted = this.#promoted();
    const children = closing ? [] : this.#children();
    for (const child of children)
      this.members.push({
        ...child,
        activation: nameOf(child),
        round: this.#round,
        losses: {},
      });
    const first = this.#round === 1 ? [{ activation: REFERENCE, rung: "whole" as const }] : [];
    return [
      ...first,
      ...promoted.map(({ activation }) => ({ activation, rung: "whole" as const })),
      ...children.map((child) => ({ activation: nameOf(child), rung: "brief" as const })),
    ];
  }

  /** Takes in the results of a round. */
  take(asks: readonly Ask[], cellsOf: CellsOf): void {
    for (const { activation, rung } of asks) {
      const i = this.members.findIndex((one) => one.activation === activation);
      const loss = against(cellsOf({ activation, rung }), cellsOf({ activation: REFERENCE, rung }));
      const known = this.members[i]!;
      this.members[i] = {
        ...known,
        losses: { ...known.losses, [rung]: Number.isNaN(loss) ? Infinity : loss },
      };
    }
    this.progress.push(Math.exp(this.finalists[0]?.losses.whole ?? Infinity));
  }

  /** Those trained as the contest does, best first. */
  get finalists(): Member[] {
    return this.#sorted("whole");
  }

  #sorted(rung: Rung): Member[] {
    return fittest(
      this.members.flatMap((member) => {
        const badness = member.losses[rung];
        return badness === undefined ? [] : [{ ...member, badness }];
      }),
      this.members.length,
    );
  }

  #promoted(): Member[] {
    const count = Math.max(1, Math.floor(this.#plan.population / PROMOTED));
    return this.#sorted("brief")
      .filter(({ losses }) => losses.whole === undefined)
      .slice(0, count);
  }

  #children(): Child[] {
    const { seed, population } = this.#plan;
    const planted =
      this.#round > 1 ? [] : start.slice(0, population).flatMap((f) => childOf(f, this.#known) ?? []);
    const scored = this.members.map((one) => ({
      ...one,
      badness: one.losses.whole ?? one.losses.brief ?? Infinity,
    }));
    const bred = breed(ofActivations, this.#known, fittest(scored, Math.ceil(population / PARENTS)), {
      seed,
      generation: this.#round,
      count: population - planted.length,
      fits: ({ formula }) => typeof recordOf(formula) !== "string",
    });
    return [...planted, ...bred];
  }
}

const hasLearned = ({ learned }: Tree): boolean => Object.keys(learned).length > 0;

/** The name it is trained and reported under. */
const nameOf = ({ formula, looked }: Child): string =>
  (hasLearned(looked.tree) ? undefined : catalogueName(looked)) ?? formula;
