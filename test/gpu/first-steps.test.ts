import { expect, test, vi } from "vitest";

const pages = import.meta.glob("../../docs/first-steps.md");

test("the program of the first steps runs as it is, and learns", async () => {
  const log = vi.spyOn(console, "log");
  await pages["../../docs/first-steps.md"]!();
  const [accuracy] = log.mock.calls.at(-1) as [number[]];
  log.mockRestore();
  expect(accuracy).toHaveLength(1);
  expect(accuracy[0]).toBeGreaterThan(0.9);
});
