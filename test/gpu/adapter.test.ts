import { expect, test } from "vitest";

test("the browser gives an adapter and a device with WebGPU's default limits", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  expect(device.limits.maxStorageBuffersPerShaderStage).toBe(8);
  expect(device.limits.maxComputeInvocationsPerWorkgroup).toBe(256);
  device.destroy();
  expect((await device.lost).reason).toBe("destroyed");
});
