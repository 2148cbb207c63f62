import { checkCount, checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Schedule } from "./schedule.ts";

/** Options of `reduceOnPlateau`. */
export interface PlateauOptions {
  /** The learning rate is multiplied by it. Default 0.1. */
  readonly factor?: number;
  /** Evaluations without progress that are endured. Default 10. */
  readonly patience?: number;
  /** Progress is a loss below best * (1 - threshold). Default 1e-4. */
  readonly threshold?: number;
  /** Evaluations after a reduction that do not count. Default 0. */
  readonly cooldown?: number;
  /** No learning rate below it. Default 0. */
  readonly minLr?: number;
}

/** Of one replica: the best loss, evaluations without progress, those still to cool down, reductions so far. */
type Memory = [best: number, bad: number, cooling: number, reductions: number];

/**
 * Reduces the learning rate when the loss of the evaluations no longer falls; each replica by its own. Tell it by
 * `trainer.observe(losses)`; checkpoints keep what it remembers. One such schedule belongs to one trainer. In PyTorch's form.
 * @throws ActigradError "option" for values out of range
 */
export function reduceOnPlateau(options: PlateauOptions = {}): Schedule {
  checkOptions("reduceOnPlateau", options, ["factor", "patience", "threshold", "cooldown", "minLr"]);
  const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minLr = 0 } = options;
  checkNumber("factor", factor, { above: 0, below: 1 });
  for (const [name, count] of Object.entries({ patience, cooldown })) checkCount(name, count, 0);
  for (const [name, value] of Object.entries({ threshold, minLr })) checkNumber(name, value, { from: 0 });
  let memories: Memory[] = [];
  const next = ([best, bad, cooling, reductions]: Memory, loss: number): Memory => {
    const better = loss < best * (1 - Math.sign(best) * threshold);
    const counted = better || cooling > 0 ? 0 : bad + 1;
    const newBest = better ? loss : best;
    const left = Math.max(0, cooling - 1);
    return counted > patience ? [newBest, 0, cooldown, reductions + 1] : [newBest, counted, left, reductions];
  };
  return {
    name: "plateau",
    lr: (base, _, replica) => Math.max(Math.min(base, minLr), base * factor ** (memories[replica]?.[3] ?? 0)),
    watch: {
      observe(losses) {
        memories = losses.map((loss, r) => next(memories[r] ?? [Number.MAX_VALUE, 0, 0, 0], loss));
      },
      reset: () => void (memories = []),
      save: () => memories,
      restore(saved) {
        const isMemory = (m: unknown): m is Memory =>
          Array.isArray(m) && m.length === 4 && m.every((v) => typeof v === "number");
        if (!Array.isArray(saved) || !saved.every(isMemory))
          throw new ActigradError("format", "plateau: its saved state is damaged");
        memories = saved;
      },
    },
  };
}
