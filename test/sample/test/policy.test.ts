import { allow, testDevice } from "actigrad/testing";
import { expect, test } from "vitest";

async function ownDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  return adapter!.requestDevice({ label: "own" });
}

test("loses its device and does not notice", async () => {
  const device = await ownDevice();
  device.destroy();
  device.queue.submit([device.createCommandEncoder().finish()]);
});

test("leaks a buffer", async () => {
  const device = await testDevice();
  device.createBuffer({ label: "forgotten", size: 64, usage: GPUBufferUsage.STORAGE });
  device.createBuffer({ label: "kept in order", size: 64, usage: GPUBufferUsage.STORAGE }).destroy();
});

test("raises a validation error that nobody catches", async () => {
  const device = await testDevice();
  device.createBuffer({ label: "too much of everything", size: 64, usage: 0xffff }).destroy();
});

test("raises one that it allows", async () => {
  allow({ errors: /expected one/, loss: true });
  const device = await ownDevice();
  device.createBuffer({ label: "expected one", size: 64, usage: 0xffff }).destroy();
  device.destroy();
  device.queue.submit([]);
});

test("goes on in order", async () => {
  const device = await ownDevice();
  await device.queue.onSubmittedWorkDone();
  device.destroy();
  expect((await device.lost).reason).toBe("destroyed");
});
