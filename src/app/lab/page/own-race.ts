import { type KeptRace, keep, keptOf, keptRaces } from "../data/keep.ts";
import type { RaceResults } from "../data/results.ts";
import { tabName } from "../data/tab-name.ts";
import type { RaceSnapshot } from "../worker/protocol.ts";

/** This tab's race as last stored. If the browser refuses to store (private windows), it lives as long as the page. */
export class OwnRace {
  last: KeptRace | undefined;
  #name: Promise<string> | undefined;
  #put: Promise<unknown> = Promise.resolve();

  /**
   * Finds this tab's race from before a reload, or one that no tab has any more.
   * @param fits whether a race may be shown
   * @returns the races of other tabs, newest first
   */
  async find(fits: (race: KeptRace) => boolean): Promise<readonly KeptRace[]> {
    const races = await keptRaces().catch(() => []);
    this.#name = tabName(races.filter(fits).map(({ name }) => name));
    const name = await this.#name;
    this.last ??= races.find((race) => race.name === name && fits(race));
    return races.filter((race) => race.name !== name);
  }

  /** Stores results with the snapshot of the step that they end with. */
  take(results: RaceResults, snapshot: RaceSnapshot): void {
    const race = keptOf("", results, snapshot);
    this.last = race;
    this.#put = this.#put.then(() => this.#keep(race));
  }

  async #keep(race: KeptRace): Promise<void> {
    // Only the newest, if storing takes longer than training.
    if (this.last !== race || this.#name === undefined) return;
    await keep({ ...race, name: await this.#name }).catch(() => undefined);
  }
}
