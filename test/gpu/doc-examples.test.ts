/** The examples of README and docs run as they stand. Those of docs/write-your-own have tests of what they compute. */
import { expect, inject, test, vi } from "vitest";
import { allow } from "../../src/testing/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    pages: readonly string[];
  }
}

const modules = import.meta.glob(["../../README.md", "../../docs/*.md"]);
/** A thousand steps of its language model take half an hour on a software adapter. */
const shorter = import.meta.glob("../../docs/language.md", { query: { steps: 2 } });

const inNode = "docs/library.md"; // test/cli/package.test.ts runs it
const pages = inject("pages").filter((page) => page !== inNode && !page.startsWith("docs/write-your-own/"));

allow({ leaks: true }); // an example of a part does not clean up

test.each(pages)("%s", async (page) => {
  const file = `../../${page}`;
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await (shorter[file] ?? modules[file])!();
    if (page !== "docs/first-steps.md") return;
    const [accuracy] = log.mock.calls.at(-1) as [number[]];
    expect(accuracy).toEqual([expect.any(Number)]);
    expect(accuracy[0]).toBeGreaterThan(0.9);
  } finally {
    log.mockRestore();
  }
});
