/** Limits restarts, because repeated crashes are not accidents. */
export const MOST_RESTARTS = 3;
export const WITHIN_MINUTES = 10;

/** Counts restarts: at most 3 in 10 minutes. */
export class Restarts {
  #at: number[] = [];
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether there was a recent restart. */
  get any(): boolean {
    return this.#at.length > 0;
  }

  /** Forgets restarts, because there was progress. */
  forget(): void {
    this.#at = [];
  }

  /** Counts a restart; false if there were too many. */
  allow(): boolean {
    const now = this.#now();
    this.#at = this.#at.filter((at) => at > now - WITHIN_MINUTES * 60_000);
    if (this.#at.length >= MOST_RESTARTS) return false;
    this.#at.push(now);
    return true;
  }
}
