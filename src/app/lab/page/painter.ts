/** Calls the drawing code when there is something new, within a browser frame and at a limited rate. */
export class Painter {
  readonly #everyMs: () => number;
  readonly #painters = new Set<() => void>();
  #drawn = -Infinity;
  #wanted = false;

  constructor(everyMs: () => number) {
    this.#everyMs = everyMs;
  }

  add(paint: () => void): () => void {
    this.#painters.add(paint);
    return () => this.#painters.delete(paint);
  }

  paint(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    const wait = Math.max(0, this.#drawn + this.#everyMs() - performance.now());
    setTimeout(() => requestAnimationFrame(() => this.#now()), wait);
  }

  #now(): void {
    this.#wanted = false;
    this.#drawn = performance.now();
    for (const paint of this.#painters) paint();
  }
}
