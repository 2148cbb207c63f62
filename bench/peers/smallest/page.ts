/**
 * Shared by the smallest pages. Each trains 784-256-128-10 with Adam on batches of 128 and bundles only what that needs. Its
 * time to the first finished step counts from the page's load.
 */
export const SIZES = [784, 256, 128, 10] as const;
export const BATCH = 128;
export const LR = 0.001;

declare global {
  interface Window {
    /** Milliseconds from the page's load until the first step's loss has been read. */
    firstStep?: Promise<number>;
    /** Trains further steps and waits for them. */
    train?: (steps: number) => Promise<void>;
  }
}

/** Numbers from -1 to 1 by a generator that adds almost nothing to a page's size. */
export function numbers(count: number, scale: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  let state = 1;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = (state / 2 ** 31) * scale;
  }
  return values;
}

/** The classes of a batch. */
export const LABELS = Uint32Array.from({ length: BATCH }, (_, i) => i % SIZES[3]);

/** Trains one step, records its time, and offers to train more. `step` returns the loss of its last step. */
export function offer(train: (steps: number) => Promise<number>): void {
  const first = async (): Promise<number> => {
    const loss = await train(1);
    const ms = performance.now();
    if (!(loss > 0.1 && loss < 20)) throw new Error(`the first loss is ${loss}`);
    return ms;
  };
  window.firstStep = first();
  window.train = async (steps) => void (await train(steps));
}
