import { streamOf, uniform } from "../../core/random.ts";

/** Number of draws at the start; doubled when used up. */
const FIRST = 64;

/** A sequence of random numbers that depends on the seed and on its purpose, not on earlier draws. */
export class Draws {
  readonly #seed: number;
  readonly #stream: number;
  #values: Float32Array;
  #at = 0;

  constructor(seed: number, what: string) {
    this.#seed = seed;
    this.#stream = streamOf(`search ${what}`);
    this.#values = uniform(seed, this.#stream, FIRST);
  }

  /** Uniform in [0, 1). */
  next(): number {
    if (this.#at === this.#values.length) this.#values = uniform(this.#seed, this.#stream, 2 * this.#at);
    return this.#values[this.#at++]!;
  }
  below(count: number): number {
    return Math.floor(count * this.next());
  }
  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
}
