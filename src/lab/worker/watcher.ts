import type { Event, Watch } from "./protocol.ts";
import type { Race } from "./race.ts";
import { Inside } from "./inside.ts";

/** Looking may take so many times less time than training. */
const PART = 8;
/** Milliseconds between two looks, at least. */
const LEAST_MS = 100;

/** Between two rounds of training, gives the room that looks on what it wants to see; seldom, if that takes long. */
export class Watcher {
  watch: Watch | null = null;
  readonly #emit: (event: Event) => void;
  #inside = new Inside();
  #next = 0;
  #last = "";

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
  }

  /** Frees what belongs to a race that goes. */
  forget(): void {
    this.#inside.dispose();
    this.#inside = new Inside();
    this.#last = "";
  }

  async afterRound(race: Race): Promise<void> {
    const { watch } = this;
    if (watch === null) return;
    const wish = JSON.stringify(watch);
    const begin = performance.now();
    const soon = wish !== this.#last || race.step <= 1 || race.step >= race.facts.steps;
    if (!soon && begin < this.#next) return;
    this.#last = wish;
    await this.#look(race, watch);
    const now = performance.now();
    this.#next = now + Math.max(LEAST_MS, (now - begin) * PART);
  }

  async #look(race: Race, watch: Watch): Promise<void> {
    if (watch.kind !== "inside") return;
    const pictures = [];
    for (const place of new Set(watch.runners)) {
      const runner = race.runners[place];
      if (runner !== undefined) pictures.push(await this.#inside.picture(place, runner));
    }
    this.#emit({ kind: "inside", run: race.run, pictures });
  }
}
