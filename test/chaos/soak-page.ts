/** The page of `npm run soak`: calls everything that a trainer can do, over and over. */
import { permutation, uniform } from "../../src/core/random.ts";
import type { JobContext } from "../../src/host/job.ts";
import { offerJobs } from "../../src/host/offer.ts";
import {
  Trainer,
  adam,
  crossEntropy,
  device,
  inspect,
  load,
  loadDataset,
  mlp,
  recovery,
  restoreCheckpoint,
  save,
  takeCheckpoint,
} from "../../src/index.ts";

/** Steps trained since the start. */
export interface Soaked {
  readonly steps: number;
}

/** Collects garbage; exposed by soak.ts's flag. */
const { gc: collect } = globalThis as unknown as { gc: () => void };

const noFiles = (): Promise<never> => Promise.reject(new Error("no files"));

offerJobs({
  async soak({ gpu: entry, signal, emit }: JobContext<Soaked>, { seed }: { readonly seed: number }) {
    const gpu = await device({ gpu: entry });
    const { train, test } = await loadDataset("spirals:n=2000", { read: noFiles });
    const options = {
      model: mlp({ inputs: 2, hidden: [32, 32], outputs: 2, activations: ["gelu"] }),
      loss: crossEntropy(),
      optimizer: adam({ lr: 1e-4 }),
      batch: 50,
      seeds: [0, 1],
      recover: recovery({ everySeconds: 1 }),
    };
    const trainer = await Trainer.create(gpu, options);
    const inspection = await inspect(trainer, train, { rows: 100 });
    let steps = 0;
    const others: readonly (() => Promise<unknown>)[] = [
      () => trainer.evaluate(test),
      async () =>
        trainer.predict(
          train.x.slice(0, 2 * (1 + Math.floor(1500 * uniform(seed, steps, 1)[0]!))) as Float32Array,
        ),
      async () => restoreCheckpoint(trainer, await takeCheckpoint(trainer, train), train),
      async () => load(await save(trainer, { checkpoint: train })),
      () => trainer.weights(1),
      async () => {
        inspection.run();
        await inspection.read(inspection.layers[1]!.name);
      },
      async () => {
        const second = await Trainer.create(gpu, options);
        await second.fit(train, { steps: 5 });
        steps += 5;
        second.dispose();
      },
    ];
    for (let round = 0; !signal.aborted; round++) {
      await trainer.fit(train, { steps: 200 });
      steps += 200;
      for (const i of permutation(others.length, seed, round)) await others[i]!();
      collect(); // what still grows is kept, not just uncollected
      emit({ steps });
    }
    inspection.dispose();
    trainer.dispose();
    gpu.dispose();
    return { steps };
  },
});
