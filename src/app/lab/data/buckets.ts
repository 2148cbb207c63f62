/** Most buckets per curve: more than a screen has room for. */
const MOST = 400;
/** The share of the last steps that counts as "late". */
const LATE = 0.1;

/**
 * The losses of a growing run as means over equal numbers of steps, few enough that drawing costs the same however long the run
 * is. When there are too many, neighbours are merged.
 */
export class Buckets {
  readonly columns: number;
  /** Steps per bucket. */
  stride = 1;
  readonly divergedAt: (number | undefined)[];
  #sums: Float64Array;
  #steps = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.#sums = new Float64Array(MOST * columns);
    this.divergedAt = new Array<number | undefined>(columns).fill(undefined);
  }

  /** losses[column][step] of the next steps. */
  append(losses: readonly Float32Array[]): void {
    for (let i = 0; i < losses[0]!.length; i++) {
      if (this.#steps === MOST * this.stride) this.#join();
      const bucket = Math.floor(this.#steps / this.stride) * this.columns;
      for (let c = 0; c < this.columns; c++) {
        const value = losses[c]![i]!;
        this.#sums[bucket + c]! += value;
        if (!Number.isFinite(value)) this.divergedAt[c] ??= this.#steps + 1;
      }
      this.#steps++;
    }
  }

  #join(): void {
    for (let b = 0; b < MOST / 2; b++) {
      for (let c = 0; c < this.columns; c++) {
        const [left, right] = [2 * b * this.columns + c, (2 * b + 1) * this.columns + c];
        this.#sums[b * this.columns + c] = this.#sums[left]! + this.#sums[right]!;
      }
    }
    this.#sums.fill(0, (MOST / 2) * this.columns);
    this.stride *= 2;
  }

  get length(): number {
    return Math.ceil(this.#steps / this.stride);
  }

  #stepsOf(bucket: number): number {
    return Math.min(this.stride, this.#steps - bucket * this.stride);
  }

  /** The last step of a bucket, counted from 1. */
  stepAt(bucket: number): number {
    return bucket * this.stride + this.#stepsOf(bucket);
  }

  mean(bucket: number, column: number): number {
    return this.#sums[bucket * this.columns + column]! / this.#stepsOf(bucket);
  }

  /** Over the last tenth of the steps. */
  lastMean(column: number): number {
    const from = Math.min(Math.floor(this.length * (1 - LATE)), this.length - 1);
    let [total, steps] = [0, 0];
    for (let b = Math.max(0, from); b < this.length; b++) {
      total += this.#sums[b * this.columns + column]!;
      steps += this.#stepsOf(b);
    }
    return total / steps;
  }
}
