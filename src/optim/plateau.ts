import { checkCount, checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Schedule } from "./schedule.ts";

/** Options of `reduceOnPlateau`. */
export interface PlateauOptions {
  /** Factor on the learning rate. Default 0.1. */
  readonly factor?: number;
  /** Evaluations without progress that are tolerated. Default 10. */
  readonly patience?: number;
  /** A loss below best * (1 - threshold) is progress. Default 1e-4. */
  readonly threshold?: number;
  /** Evaluations after a reduction that are not counted. Default 0. */
  readonly cooldown?: number;
  /** Minimum learning rate. Default 0. */
  readonly minLr?: number;
}

/** State of one replica: best loss, evaluations without progress, remaining cooldown, reductions so far. */
type Memory = [best: number, bad: number, cooling: number, reductions: number];

/**
 * Reduces each replica's learning rate when the loss of its evaluations stops falling. Pass the losses with
 * `trainer.observe(losses)`; checkpoints store the schedule's memory. A schedule belongs to one trainer. In PyTorch's form.
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
