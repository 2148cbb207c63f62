/** The cost of a step with each activation, measured in turns so that other load on the machine affects all alike. */
import { permutation } from "../../src/core/random.ts";
import { type Spread, quartiles } from "../../src/core/statistics.ts";
import { type Gpu, Trainer, adam } from "../../src/index.ts";
import { type Ready, lossOf, modelOf, rowsOf } from "./ready.ts";
import type { Cell } from "./result.ts";

const ROUNDS = 9;
/** Target milliseconds per sample. */
const SAMPLE_MS = 25;

/** One network of each cell; milliseconds per step by activation. If stopped, returns what it has. */
export async function costs(
  gpu: Gpu,
  ready: Ready,
  cells: readonly Pick<Cell, "activation" | "widths">[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Spread>> {
  const { size, task } = ready;
  const { train } = rowsOf(ready);
  const timed: { readonly name: string; readonly trainer: Trainer; readonly samples: number[] }[] = [];
  try {
    for (const { activation, widths } of cells) {
      const trainer = await Trainer.create(gpu, {
        model: modelOf(ready, activation, widths),
        loss: lossOf(ready),
        optimizer: task.optimizer?.([0]) ?? adam({ lr: 0 }),
        batch: size.batch,
        ...(task.clip && { clip: task.clip }),
      });
      timed.push({ name: activation, trainer, samples: [] });
      await trainer.recorded(train);
    }
    const time = async (trainer: Trainer, steps: number): Promise<number> => {
      const start = performance.now();
      await trainer.fit(train, { steps, stepsPerSubmit: Math.min(steps, 64), onDiverged: "freeze" });
      return (performance.now() - start) / steps;
    };
    for (const { trainer } of timed) await time(trainer, 4); // the first ones warm up
    const first = timed[0];
    if (first === undefined) return new Map();
    const steps = Math.max(1, Math.min(64, Math.round(SAMPLE_MS / (await time(first.trainer, 8)))));
    for (let round = 0; round < ROUNDS && !signal.aborted; round++)
      for (const i of permutation(timed.length, 0, round)) {
        const { trainer, samples } = timed[i]!;
        samples.push(await time(trainer, steps));
      }
    return new Map(
      timed.flatMap(({ name, samples }) => {
        const spread = quartiles(samples);
        return spread === undefined ? [] : [[name, spread] as const];
      }),
    );
  } finally {
    for (const { trainer } of timed) trainer.dispose();
  }
}
