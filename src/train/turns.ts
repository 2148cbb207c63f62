/** Calls that share something take turns, in order of arrival. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a call when all earlier ones have ended, in whatever way. */
  take<T>(call: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(call);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
