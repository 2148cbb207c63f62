import { testDevice, wgsl } from "actigrad/testing";
import { expect, test } from "vitest";
import { commands } from "vitest/browser";

declare module "vitest/browser" {
  interface BrowserCommands {
    kill(part: "gpu-process" | "browser"): Promise<void>;
  }
}

const twice = await wgsl("fn twice(x: f32) -> f32 { return x + x; }").fn("twice", "f32 -> f32");

test.each(Array.from({ length: 40 }, (_, i) => i + 1))("test %d of 40", async (i) => {
  expect([...(await twice([i]))]).toEqual([2 * i]);
  if (i !== 20) return;
  const device = await testDevice();
  await commands.kill("gpu-process");
  await device.lost;
});
