/** A guess counts as so much of its part: the first units, which are slow to start, do not upset the estimate. */
const TRUST = 0.03;

/** Estimates how long a bench still takes: each part by what its units took so far, by a guess before that. */
export class Progress {
  readonly #parts = new Map<string, { units: number; done: number; seconds: number; guess: number }>();

  /** Adds a part of the work: a number of units, each of about `guess` seconds. */
  add(name: string, units: number, guess: number): void {
    this.#parts.set(name, { units, done: 0, seconds: 0, guess });
  }

  /** Tells that units of a part were done, and how long they took. */
  advance(name: string, units: number, seconds: number): void {
    const part = this.#parts.get(name)!;
    part.done += units;
    part.seconds += seconds;
  }

  /** Removes units of a part that need not be done; a negative number adds units. */
  skip(name: string, units: number): void {
    this.#parts.get(name)!.units -= units;
  }

  get secondsLeft(): number {
    let total = 0;
    for (const { units, done, seconds, guess } of this.#parts.values()) {
      if (done >= units) continue;
      const trusted = TRUST * units;
      total += ((units - done) * (seconds + guess * trusted)) / (done + trusted);
    }
    return total;
  }
}
