import type { Event, Networks, Watch } from "./protocol.ts";
import type { Onlooker, Race } from "./race.ts";
import type { Cloud } from "./cloud.ts";
import type { Inside } from "./inside.ts";
import type { Space } from "./space.ts";

/** Looking may take this many times less time than training. */
const PART = 16;
/** Minimum milliseconds between two looks, and the maximum, because the first look compiles. */
const [LEAST_MS, MOST_MS] = [100, 1000];

/** Between two rounds of training, gives the watching room what it wants to see; rarely, if that takes long. */
export class Watcher implements Onlooker {
  watch: Watch | null = null;
  readonly #emit: (event: Event) => void;
  // Each is loaded when its room is entered.
  #inside: Inside | undefined;
  #space: Space | undefined;
  #cloud: Cloud | undefined;
  #next = 0;
  #last = "";
  /** The lane whose turn it is; the lanes with a picture since a race began to train. */
  #lane = 0;
  readonly #shown = new Set<number>();

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
  }

  /** Frees what belongs to a race that ends. */
  forget(): void {
    this.#cloud?.clear();
    this.#inside?.dispose();
    this.#space?.dispose();
    this.#last = "";
    this.#shown.clear();
  }

  /** The same if the device is gone. */
  forgetDevice(): void {
    this.forget();
    this.#cloud = undefined;
  }

  turn(angles: readonly [turn: number, tilt: number]): void {
    this.#cloud?.turn(angles);
  }

  /** The first lane's picture does not wait for the others' networks. */
  async afterTurn(race: Race, runner: number): Promise<void> {
    if (this.watch?.kind !== "lanes" || this.#shown.has(runner)) return;
    const own = this.watch.networks.find((networks) => networks.runner === runner);
    if (own !== undefined) await this.#picture(race, own);
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
    this.#next = now + Math.min(MOST_MS, Math.max(LEAST_MS, (now - begin) * PART));
  }

  async #look(race: Race, watch: Watch): Promise<void> {
    if (watch.kind === "space") {
      const runner = race.runners[watch.runner];
      if (runner === undefined) return;
      const { Cloud, CLOUD_SIDE } = await import("./cloud.ts");
      this.#space ??= new (await import("./space.ts")).Space();
      if (this.#cloud?.isCurrent === false) this.#cloud = undefined;
      this.#cloud ??= new Cloud(runner.trainer.gpu, (pixels) =>
        this.#emit({ kind: "cloud", side: CLOUD_SIDE, pixels }),
      );
      const picture = await this.#space.picture(runner, watch, this.#cloud);
      return this.#emit({ kind: "space", run: race.run, picture });
    }
    if (watch.kind === "lanes") return this.#lanes(race, watch.networks);
    this.#inside ??= new (await import("./inside.ts")).Inside();
    const pictures = [];
    for (const networks of watch.networks) {
      const runner = race.runners[networks.runner];
      if (runner !== undefined) pictures.push(await this.#inside.picture(runner, networks));
    }
    this.#emit({ kind: "inside", run: race.run, pictures });
  }

  /** All lanes at first and at the end; in between one at a time. */
  async #lanes(race: Race, networks: readonly Networks[]): Promise<void> {
    if (race.step === 0) this.#shown.clear();
    const shown = networks.every(({ runner }) => this.#shown.has(runner));
    const all = !shown || race.step >= race.facts.steps;
    for (let i = 0; i < (all ? networks.length : 1); i++)
      await this.#picture(race, networks[this.#lane++ % networks.length]);
  }

  async #picture(race: Race, own: Networks | undefined): Promise<void> {
    const runner = own && race.runners[own.runner];
    if (own === undefined || runner === undefined) return;
    const { lanePicture } = await import("./lanes.ts");
    const picture = { runner: own.runner, step: runner.step, ...(await lanePicture(runner, own)) };
    this.#emit({ kind: "lane", run: race.run, picture });
    if (runner.step > 0) this.#shown.add(own.runner);
  }
}
