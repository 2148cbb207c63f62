import { type AdapterInfo, isSoftware } from "../core/adapter.ts";
import { disposeKey, disposedError } from "../core/dispose.ts";
import type { SharedKernels } from "../compile/kernels/target.ts";
import { ActigradError } from "../core/errors.ts";
import { PipelineCache } from "./pipelines.ts";
import { exchangesInQuads, hasQuads } from "./quads.ts";

/** Options of `device`. */
export interface DeviceOptions {
  /** WebGPU's entry point; by default `navigator.gpu`, or Dawn's in Node. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
  /** Request only WebGPU's default limits, as on the weakest adapter. */
  readonly defaultLimits?: boolean;
  /** Use the kernels for a GPU, or those for a CPU; by default what the adapter is. For tests and comparisons. */
  readonly kernels?: "gpu" | "software";
}

/** A device as its adapter returned it. */
export interface Opened {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  readonly quads: boolean;
  readonly shared?: SharedKernels;
}

/** A WebGPU device with what the executors share. Made by `device()`; throws typed errors once it is lost. */
export class Gpu {
  /** Replaced after a loss that a trainer recovered from (see `recovery`). */
  device!: GPUDevice;
  adapter!: AdapterInfo;
  /** Whether kernels may exchange values within quads (see `exchangesInQuads`). */
  quads!: boolean;
  /** Products through workgroup memory; undefined on a software adapter. */
  shared: SharedKernels | undefined;
  pipelines!: PipelineCache;
  /** Counts of what was created and done since the device was made; differences show the cost of a step. */
  readonly counts = { buffers: 0, bindGroups: 0, pipelines: 0, submits: 0, dispatches: 0 };
  /**
   * Opens another device like the first; keeps a reference to WebGPU's entry point, without which Dawn's devices are collected.
   * @internal
   */
  readonly open: () => Promise<Opened>;
  /** Called once when the device is lost. @internal */
  readonly waiting = new Set<(loss: ActigradError) => void>();
  readonly #failures = new WeakMap<GPUDevice, ActigradError>();
  #disposed = false;

  constructor(open: () => Promise<Opened>, opened: Opened) {
    this.open = open;
    this.adopt(opened);
  }

  /** Uses this device from now on: the first, or the replacement of a lost one. @internal */
  adopt({ device, adapter, quads, shared }: Opened): void {
    this.device = device;
    this.adapter = adapter;
    this.quads = quads;
    this.shared = shared;
    this.pipelines = new PipelineCache(this);
    void this.#tellLoss(device);
    device.addEventListener("uncapturederror", ({ error }) => {
      if (!this.#failures.has(device)) this.#failures.set(device, refused(error));
    });
    if (this.#disposed) device.destroy();
  }

  async #tellLoss(device: GPUDevice): Promise<void> {
    const { reason, message } = await device.lost;
    const told = `the GPU device was lost (${reason || "unknown"}): ${message}`;
    const hint = "a trainer created with recover: recovery() recovers by itself";
    this.lose(device, new ActigradError("device-lost", told, { hint, reason: told }));
  }

  /** Treats a device as lost, because WebGPU says so or because it stopped answering. @internal */
  lose(device: GPUDevice, loss: ActigradError): void {
    if (device !== this.device || this.#failures.get(device)?.code === "device-lost") return;
    this.#failures.set(device, loss);
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const tell of waiting) tell(loss);
  }

  /** Storage buffers that plans allow per kernel, and that a kernel may bind; bytes per binding; workgroups per dimension. */
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

  /** @throws the error that made the device unusable, if any; by default for the present device */
  assertUsable(device = this.device): void {
    if (this.#disposed) throw disposedError("the GPU device");
    const failure = this.#failures.get(device);
    if (failure !== undefined) throw failure;
  }

  /** Waits for a promise of the device; fails if the device is lost meanwhile (WebGPU itself stays silent). */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const { device } = this;
    promise.catch(() => undefined); // nobody waits if the device is lost already
    this.assertUsable();
    let tell!: (loss: ActigradError) => void;
    // A new promise each time: one shared by all waits would never release their closures.
    const lost = new Promise<never>((_, reject) => this.waiting.add((tell = reject)));
    try {
      const value = await Promise.race([promise, lost]);
      this.assertUsable(device);
      return value;
    } catch (error) {
      // A call that the loss interrupts may fail before the loss itself is reported.
      if (!(error instanceof ActigradError)) await Promise.race([lost, delay(LOSS_MS)]);
      throw error;
    } finally {
      this.waiting.delete(tell);
    }
  }

  /**
   * Makes calls that the device may refuse; its errors are returned and reach nobody else.
   * @param memory whether the calls allocate memory
   * @internal
   */
  attempt<T>(act: () => T, memory = false): [value: T, refusal: Promise<ActigradError | undefined>] {
    const { device } = this;
    device.pushErrorScope("validation");
    if (memory) device.pushErrorScope("out-of-memory");
    const told: Promise<GPUError | null>[] = [];
    let value: T;
    try {
      value = act();
    } finally {
      if (memory) told.push(device.popErrorScope());
      told.push(device.popErrorScope());
    }
    return [value, refusalOf(told)];
  }

  /** Waits until everything submitted so far is done. */
  async idle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone());
  }

  /** Destroys the device; later uses fail with "disposed". */
  dispose(): void {
    this.#disposed = true;
    this.device.destroy();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** Limits of every adapter: plans keep to them, so that they are the same everywhere. */
const DEFAULT_STORAGE_BUFFERS = 8;

/** Optional features that are used if available. */
const optional: readonly GPUFeatureName[] = ["timestamp-query", "subgroups"];

/** Milliseconds within which a device reports its loss after a call has failed because of it. */
const LOSS_MS = 200;

/** Resolves after this many milliseconds. */
export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The first error of some scopes; none from a lost device, which reports itself. */
async function refusalOf(told: readonly Promise<GPUError | null>[]): Promise<ActigradError | undefined> {
  const errors = await Promise.all(told.map((scope) => scope.catch(() => null)));
  const error = errors.find((each) => each !== null);
  return error && refused(error);
}

function refused({ constructor: { name }, message }: GPUError): ActigradError {
  if (name !== "GPUOutOfMemoryError") return new ActigradError("kernel", `WebGPU refused a call: ${message}`);
  return new ActigradError("limit", `the GPU is out of memory: ${message}`, {
    hint: "dispose other trainers, or use a smaller batch or fewer replicas",
  });
}

function describe(adapter: GPUAdapter): AdapterInfo {
  const { vendor, architecture, description, device } = adapter.info;
  return { vendor, architecture, description: description || device, software: isSoftware(adapter.info) };
}

/**
 * Opens a WebGPU device with the largest buffers that its adapter offers, and the most per kernel.
 * @throws ActigradError "no-gpu" whose `details.reason` is "no-webgpu" (not available), "insecure" (the page) or "no-adapter"
 */
export async function device(options: DeviceOptions = {}): Promise<Gpu> {
  const gpu = options.gpu ?? globalThis.navigator?.gpu;
  if (gpu === undefined) {
    const insecure = globalThis.isSecureContext === false;
    throw new ActigradError(
      "no-gpu",
      insecure ? "WebGPU is off: this page is not in a secure context" : "WebGPU is not available",
      {
        hint: insecure
          ? "open it over https:// or from localhost"
          : "use Chrome 113+, Edge, Safari 26 or Firefox 141; in Node use device() of actigrad/node",
        reason: insecure ? "insecure" : "no-webgpu",
      },
    );
  }
  const open = (): Promise<Opened> => openDevice(gpu, options);
  return new Gpu(open, await open());
}

async function openDevice(
  gpu: GPU,
  { powerPreference, defaultLimits, kernels }: DeviceOptions,
): Promise<Opened> {
  const adapter = await gpu.requestAdapter({
    powerPreference: powerPreference ?? "high-performance",
  });
  if (adapter === null) {
    throw new ActigradError("no-gpu", "WebGPU is available, but offers no adapter", {
      hint: "update the graphics driver; a browser may need --enable-unsafe-webgpu, with --use-webgpu-adapter=swiftshader to compute on the CPU",
      reason: "no-adapter",
    });
  }
  const { limits } = adapter;
  const requiredLimits: Record<string, number> =
    defaultLimits === true
      ? {}
      : {
          maxBufferSize: limits.maxBufferSize,
          maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
          maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
        };
  const requiredFeatures = optional.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  const info = describe(adapter);
  if ((kernels ?? (info.software ? "software" : "gpu")) === "gpu") {
    const { shared } = await import("../compile/kernels/shared/index.ts");
    return { device, adapter: info, quads: false, shared };
  }
  const quads = hasQuads(adapter) && (await exchangesInQuads(device));
  return { device, adapter: info, quads };
}
