import type { Lab } from "./lab.ts";

const TITLE_MS = 1000;

/** The tab's title shows a training's progress, and what happened while the visitor was away. */
export function watchTab(lab: Lab): void {
  let hiddenAt: number | undefined;
  document.addEventListener("visibilitychange", () => {
    const { results, status, words } = lab.state.value;
    if (document.hidden) hiddenAt = status === "running" ? results?.step : undefined;
    else if (hiddenAt !== undefined && results !== undefined) {
      lab.state.patch({ notice: words.status.hidden(results.step - hiddenAt) });
      hiddenAt = undefined;
    }
  });
  setInterval(() => {
    const { results, status, words } = lab.state.value;
    const share = results === undefined ? 0 : results.step / Math.max(1, results.facts.steps);
    const title = status === "running" ? `${Math.floor(share * 100)} % · ${words.title}` : words.title;
    if (document.title !== title) document.title = title;
  }, TITLE_MS);
}
