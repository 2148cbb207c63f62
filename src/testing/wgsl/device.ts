/** The tests' device: opened once, reopened after a loss. */
import { ActigradError } from "../../core/errors.ts";

let opening: Promise<GPUDevice> | undefined;

const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/**
 * A device with all features and limits of its adapter, shared by all callers; a new one after it was lost or destroyed.
 * @throws ActigradError "no-gpu" without WebGPU or an adapter
 */
export async function testDevice(): Promise<GPUDevice> {
  opening ??= open();
  try {
    return await opening;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

async function open(): Promise<GPUDevice> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    throw new ActigradError("no-gpu", "no WebGPU adapter: navigator.gpu.requestAdapter() gave none", {
      hint: "npx actigrad doctor says why",
    });
  const device = await adapter.requestDevice({
    label: "tests",
    requiredFeatures: [...adapter.features].filter((name): name is GPUFeatureName =>
      ["shader-f16", "subgroups", "timestamp-query"].includes(name),
    ),
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  void forget(device);
  return device;
}

async function forget(device: GPUDevice): Promise<void> {
  await device.lost;
  opening = undefined;
}
