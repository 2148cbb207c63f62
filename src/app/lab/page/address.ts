import { readLink, writeLink } from "../link.ts";
import type { Lab } from "./lab.ts";

const WRITE_MS = 200;

/** Keeps the address in step with the page's state, both ways. */
export function syncAddress(lab: Lab): void {
  let written = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  lab.state.subscribe(() => {
    const link = writeLink(lab.state.value);
    if (link === written || !lab.touched) return;
    written = link;
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", link), WRITE_MS);
  });
  // Comes with the entry itself, so that nothing is written over an entry that was gone back to.
  addEventListener("popstate", () => {
    clearTimeout(timer);
    follow(lab);
  });
}

/** A link that was pasted into the address of the open page. */
function follow(lab: Lab): void {
  const { setup, words } = lab.state.value;
  const reading = readLink(location.hash, setup);
  if (reading.kind === "bad") lab.state.patch({ notice: words.status.badLink(reading.what) });
  if (reading.kind !== "link") return;
  const { room, view, focus, statement, contest } = reading.link;
  lab.state.patch({ room, view, focus, statement, contest });
  lab.edit(reading.link.setup);
}
