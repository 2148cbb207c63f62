import type { RaceResults } from "../data/results.ts";
import { STANDS, Settling } from "../data/settled.ts";
import type { Lab } from "./lab.ts";

/** Pauses a race, if desired, once its answer is settled; Play then continues to the end. */
export function pauseWhenSettled(lab: Lab): void {
  let followed: RaceResults | undefined;
  let settling: Settling | undefined;
  lab.onEvent(({ kind }) => {
    const { results, untilSettled, status, words } = lab.state.value;
    if (kind !== "evaluation" || results === undefined) return;
    if (results !== followed) [followed, settling] = [results, new Settling(results)];
    if (settling?.take() !== true || !untilSettled || status !== "running") return;
    settling = undefined; // once per race
    lab.send({ kind: "pause" });
    lab.state.patch({ notice: words.status.settled(STANDS) });
  });
}
