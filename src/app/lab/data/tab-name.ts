/** Which stored race belongs to a tab: tabs share none, and a reload does not change it. */

const KEY = "tab";

/** Milliseconds that a reloading page's lock may take to be released. */
const RELOAD_MS = 2000;

/** Holds a name until the page goes away; false if another tab still holds it after the wait. */
function claim(name: string, waitMs: number): Promise<boolean> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return Promise.resolve(true); // not a secure context: nothing is trained there
  return new Promise((resolve) => {
    const held = locks.request(`race ${name}`, { signal: AbortSignal.timeout(waitMs) }, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
    held.catch(() => resolve(false));
  });
}

/**
 * The first of some names that no other tab holds: this tab's own from before a reload (a duplicated tab has it too), then the
 * given ones; otherwise a new one.
 */
export async function tabName(others: readonly string[]): Promise<string> {
  const own = sessionStorage.getItem(KEY);
  const choices = [...(own === null ? [] : [own]), ...others];
  let name: string | undefined;
  for (const choice of choices) {
    if (!(await claim(choice, choice === own ? RELOAD_MS : 50))) continue;
    name = choice;
    break;
  }
  if (name === undefined) {
    name = crypto.getRandomValues(new Uint32Array(2)).join("-");
    await claim(name, RELOAD_MS);
  }
  sessionStorage.setItem(KEY, name);
  return name;
}
