import { wgsl } from "actigrad/testing";
import { expect, test } from "vitest";

test("a file of its own", async () => {
  const next = await wgsl("fn next(x: i32) -> i32 { return x + 1; }").fn("next", "i32 -> i32");
  expect([...(await next([1, -1]))]).toEqual([2, 0]);
});
