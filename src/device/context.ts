import type { AdapterInfo } from "../core/adapter.ts";
import { disposeKey, disposedError } from "../core/dispose.ts";
import { ActigradError } from "../core/errors.ts";
import { PipelineCache } from "./pipelines.ts";
import { exchangesInQuads, hasQuads } from "./quads.ts";

/** Options of `device`. */
export interface DeviceOptions {
  /** WebGPU's entry point; `navigator.gpu` by default, Dawn's in Node. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  /** Ask for nothing beyond WebGPU's default limits, as the least adapter has them. */
  readonly defaultLimits?: boolean;
}

/** A WebGPU device with what the executors share. Made by `device()`; typed errors once it is lost. */
export class Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  /** Whether kernels may exchange values within quads (see `exchangesInQuads`). */
  readonly quads: boolean;
  readonly pipelines: PipelineCache;
  /** Counts of what was created and done since the device was made; differences tell what a step costs. */
  readonly counts = { buffers: 0, bindGroups: 0, pipelines: 0, submits: 0, dispatches: 0 };
  /** WebGPU's entry point: Dawn's is collected, and its devices with it, unless somebody holds it. @internal */
  readonly entry: GPU;
  #failure: ActigradError | undefined;
  #lost: Promise<never>;

  constructor(entry: GPU, device: GPUDevice, adapter: AdapterInfo, quads: boolean) {
    this.entry = entry;
    this.device = device;
    this.adapter = adapter;
    this.quads = quads;
    this.pipelines = new PipelineCache(this);
    this.#lost = device.lost.then(({ reason, message }) => {
      this.#failure = new ActigradError(
        "device-lost",
        `the GPU device was lost (${reason || "unknown"}): ${message}`,
        {
          hint: "request a new device; parameters that were not saved are gone",
        },
      );
      throw this.#failure;
    });
    this.#lost.catch(() => undefined); // reported by whoever waits next
    device.addEventListener("uncapturederror", ({ error }) => {
      this.#failure ??= new ActigradError("kernel", `WebGPU refused a call: ${error.message}`);
    });
  }

  /** Storage buffers a kernel is planned with, and may bind; bytes a binding may span; workgroups a dimension. */
  get limits(): {
    maxStorageBuffers: number;
    storageBuffersOffered: number;
    maxBindingBytes: number;
    maxBufferBytes: number;
    maxWorkgroups: number;
    quads: boolean;
  } {
    const { limits } = this.device;
    return {
      quads: this.quads,
      maxStorageBuffers: Math.min(DEFAULT_STORAGE_BUFFERS, limits.maxStorageBuffersPerShaderStage),
      storageBuffersOffered: limits.maxStorageBuffersPerShaderStage,
      maxBindingBytes: limits.maxStorageBufferBindingSize,
      maxBufferBytes: limits.maxBufferSize,
      maxWorkgroups: limits.maxComputeWorkgroupsPerDimension,
    };
  }

  /** @throws the error that made the device unusable, if one did. */
  assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits for a promise of the device, or fails when the device is lost meanwhile (WebGPU itself stays silent). */
  async wait<T>(promise: Promise<T>): Promise<T> {
    this.assertUsable();
    try {
      const value = await Promise.race([promise, this.#lost]);
      this.assertUsable();
      return value;
    } catch (error) {
      // A call that the loss cuts short may fail before the loss itself is told.
      if (!(error instanceof ActigradError)) await Promise.race([this.#lost, delay(LOSS_MS)]);
      throw error;
    }
  }

  /** Waits until everything submitted so far is done. */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone());
  }

  /** Gives the device back; what still uses it fails with "disposed". */
  dispose(): void {
    this.#failure ??= disposedError("the GPU device");
    this.device.destroy();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** What every adapter takes: plans keep to it, so that they are the same everywhere. */
const DEFAULT_STORAGE_BUFFERS = 8;

/** Features that are used where they are there. */
const optional: readonly GPUFeatureName[] = ["timestamp-query", "subgroups"];

/** Milliseconds in which a device's loss is told after a call has failed of it. */
const LOSS_MS = 200;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|warp|basic render|software/i;

function describe(adapter: GPUAdapter): AdapterInfo {
  const { vendor, architecture, description, device } = adapter.info;
  const text = [vendor, architecture, description, device].join(" ");
  return { vendor, architecture, description: description || device, software: SOFTWARE.test(text) };
}

/**
 * Opens a WebGPU device with the largest buffers that its adapter offers, and as many to a kernel.
 * @throws ActigradError "no-gpu" whose `details.reason` is "no-webgpu" (none at all), "insecure" (the page) or "no-adapter".
 */
export async function device(options: DeviceOptions = {}): Promise<Gpu> {
  const gpu = options.gpu ?? globalThis.navigator?.gpu;
  if (gpu === undefined) {
    const insecure = globalThis.isSecureContext === false;
    throw new ActigradError(
      "no-gpu",
      insecure ? "WebGPU is off: this page is not secure" : "no WebGPU here",
      {
        hint: insecure
          ? "open it by https:// or from localhost"
          : "use Chrome 113+, Edge, Safari 26 or Firefox 141; in Node take device() from actigrad/node",
        reason: insecure ? "insecure" : "no-webgpu",
      },
    );
  }
  const adapter = await gpu.requestAdapter({
    powerPreference: options.powerPreference ?? "high-performance",
  });
  if (adapter === null) {
    throw new ActigradError("no-gpu", "WebGPU is there, but it offers no adapter", {
      hint: "update the graphics driver; a browser may need --enable-unsafe-webgpu, with --use-webgpu-adapter=swiftshader to compute on the CPU",
      reason: "no-adapter",
    });
  }
  const { limits } = adapter;
  const requiredLimits: Record<string, number> =
    options.defaultLimits === true
      ? {}
      : {
          maxBufferSize: limits.maxBufferSize,
          maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
          maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
        };
  const requiredFeatures = optional.filter((feature) => adapter.features.has(feature));
  const made = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  const quads = hasQuads(adapter) && (await exchangesInQuads(made));
  return new Gpu(gpu, made, describe(adapter), quads);
}
