/** Trains undisturbed, and again while the GPU process is killed; returns both results. */
import {
  type Recovered,
  Trainer,
  adam,
  crossEntropy,
  device,
  linear,
  loadDataset,
  recovery,
  sampleSize,
  sequential,
  silu,
  takeCheckpoint,
} from "../../src/index.ts";

/** What to train, and after how many steps the process is killed each time. */
export interface Killing {
  readonly dataset: string;
  readonly mnistFolder?: string;
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly kills: readonly number[];
  readonly everySeconds: number;
}

/** Whether both have the same bits, and what the second run reported. */
export interface Killed {
  readonly same: { readonly losses: boolean; readonly states: boolean; readonly evaluation: boolean };
  readonly recovered: readonly Recovered[];
  readonly seconds: readonly number[];
}

declare global {
  interface Window {
    killGpuProcess(): Promise<void>;
    trainUnderKills(killing: Killing): Promise<Killed>;
  }
}

window.trainUnderKills = async ({ dataset, mnistFolder, hidden, steps, kills, everySeconds }) => {
  const read = async (path: string): Promise<Uint8Array> => {
    const answer = await fetch(`/file?path=${encodeURIComponent(path)}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const host = { read, ...(mnistFolder !== undefined && { mnistFolder }) };
  const { train, test } = await loadDataset(dataset, host);
  const gpu = await device();
  if (train.kind !== "classes") throw new Error("a dataset of classes is wanted");
  const sizes = [sampleSize(train), ...hidden];
  const model = sequential(
    ...hidden.flatMap((units, i) => [linear(sizes[i]!, units), silu]),
    linear(sizes.at(-1)!, train.classes),
  );
  const recovered: Recovered[] = [];
  const run = async (at: readonly number[]) => {
    const recover = recovery({ everySeconds, onRecovered: (told) => recovered.push(told) });
    const options = { model, loss: crossEntropy, optimizer: adam({ lr: 1e-3 }), batch: 64, recover };
    const trainer = await Trainer.create(gpu, options);
    const left = [...at];
    const { losses, seconds } = await trainer.fit(train, {
      steps,
      budgetMs: 50,
      onProgress: ({ step }) => {
        if (left.length === 0 || step < left[0]!) return;
        left.shift();
        void window.killGpuProcess();
      },
    });
    const { tensors } = await takeCheckpoint(trainer, train);
    const evaluation = await trainer.evaluate(test);
    trainer.dispose();
    return { losses, seconds, states: [...tensors].map(([name, { data }]) => [name, data]), evaluation };
  };
  const [quiet, disturbed] = [await run([]), await run(kills)];
  const bitsOf = (value: unknown): string =>
    JSON.stringify(value, (_, v: unknown) =>
      v instanceof Float32Array ? [...new Uint32Array(v.slice().buffer)] : v,
    );
  const same = (key: "losses" | "states" | "evaluation") => bitsOf(quiet[key]) === bitsOf(disturbed[key]);
  gpu.dispose();
  return {
    same: { losses: same("losses"), states: same("states"), evaluation: same("evaluation") },
    recovered,
    seconds: [quiet.seconds, disturbed.seconds],
  };
};
