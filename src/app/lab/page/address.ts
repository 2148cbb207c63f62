import { type Link, readLink, writeLink } from "../link.ts";
import type { Lab } from "./lab.ts";

const WRITE_MS = 200;

/** What the page writes into an entry of the browser's history; a link that was pasted has none. */
const OWN = "actigrad";

/** Rooms and statements are entries of the history; whatever else changes, changes the entry that is there. */
const placeOf = ({ room, statement }: Pick<Link, "room" | "statement">): string => `${room} ${statement}`;

/** Keeps the address in step with the page's state, both ways. */
export function syncAddress(lab: Lab): void {
  let place = placeOf(lab.state.value);
  /** What the entry holds, and what it will; undefined for an entry that the page has not written. */
  let [written, wanted] = [undefined as string | undefined, undefined as string | undefined];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sign = (): void => history.replaceState(OWN, "");
  sign();
  const write = (): void => {
    clearTimeout(timer);
    if (wanted !== undefined && wanted !== written) history.replaceState(OWN, "", wanted);
    written = wanted;
  };
  lab.state.subscribe(() => {
    const now = placeOf(lab.state.value);
    const moves = now !== place;
    if (!moves && !lab.touched && written === undefined) return;
    const link = writeLink(lab.state.value);
    if (moves) {
      write();
      history.pushState(OWN, "", link);
      [place, written, wanted] = [now, link, link];
    } else if (link !== wanted) {
      wanted = link;
      clearTimeout(timer);
      timer = setTimeout(write, WRITE_MS);
    }
  });
  // Comes with the entry itself, so that nothing is written over an entry that was gone back to.
  addEventListener("popstate", ({ state }) => {
    clearTimeout(timer);
    written = wanted = location.hash === "" ? undefined : location.hash;
    const { words, setup } = lab.state.value;
    const reading = readLink(location.hash, setup);
    if (reading.kind === "bad") return lab.state.patch({ notice: words.status.badLink(reading.what) });
    const { room, statement } =
      reading.kind === "link" ? reading.link : ({ room: "race", statement: "" } as const);
    place = placeOf({ room, statement });
    lab.state.patch({ room, statement });
    if (reading.kind === "none" || state === OWN) return; // gone back to: what is set up stays
    const { view, focus, contest } = reading.link;
    lab.state.patch({ view, focus, contest });
    lab.edit(reading.link.setup);
    sign();
  });
}
