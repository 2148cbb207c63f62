/**
 * Watches all WebGPU devices of a page, so that a test hears of what WebGPU keeps to itself: errors that nobody caught,
 * losses, calls to a device that is gone, buffers that are left.
 */

/** What a test may do without failing. */
export interface Allowed {
  /** Uncaptured errors whose message this matches. */
  readonly errors?: RegExp;
  /** Losing a device, and calls to one that is gone. */
  readonly loss?: boolean;
  /** Leaving buffers: of something that outlives the test, as a trainer that a file's tests share. */
  readonly leaks?: boolean;
}

/** What went wrong since `begin`, in words. */
export interface Findings {
  readonly faults: readonly string[];
  /** Buffers that were made since and are still there, on devices that are still there. */
  readonly leaks: readonly { readonly label: string; readonly size: number }[];
  /** Whether a device was lost without having been destroyed. */
  readonly lost: boolean;
}

interface Watched {
  readonly device: GPUDevice;
  readonly name: string;
  /** Why nothing comes of further calls; undefined while it is alive. */
  gone?: string;
}

/** One for a page, however many copies of this module a bundler makes. */
export class DeviceWatch {
  readonly #alive = new Set<Watched>();
  readonly #created = new Map<GPUBuffer, Watched>();
  #faults: { kind: "error" | "loss"; text: string }[] = [];
  #lost = false;
  #inTest = false;
  #fileAllows: Allowed = {};
  #testAllows: Allowed = {};

  constructor() {
    const queues = new WeakMap<GPUQueue, Watched>();
    const devices = new WeakMap<GPUDevice, Watched>();
    const watch = (device: GPUDevice): void => {
      const watched: Watched = {
        device,
        name: device.label === "" ? "a device" : `device "${device.label}"`,
      };
      devices.set(device, watched);
      queues.set(device.queue, watched);
      this.#alive.add(watched);
      device.addEventListener("uncapturederror", ({ error }) => {
        this.#faults.push({ kind: "error", text: `uncaptured ${error.constructor.name}: ${error.message}` });
      });
      void this.#hearLoss(watched);
    };
    const call = (watched: Watched | undefined, what: string): void => {
      if (watched?.gone === undefined) return;
      this.#faults.push({
        kind: "loss",
        text: `${what} on ${watched.name} that is ${watched.gone}: it does nothing, and WebGPU does not say so`,
      });
    };

    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (descriptor): Promise<GPUDevice> {
      const device = await requestDevice.call(this, descriptor);
      watch(device);
      return device;
    };
    const { createBuffer, destroy: destroyDevice } = GPUDevice.prototype;
    const created = this.#created;
    GPUDevice.prototype.createBuffer = function (descriptor): GPUBuffer {
      const buffer = createBuffer.call(this, descriptor);
      const watched = devices.get(this);
      if (watched !== undefined && watched.gone === undefined) created.set(buffer, watched);
      return buffer;
    };
    const { destroy: destroyBuffer } = GPUBuffer.prototype;
    GPUBuffer.prototype.destroy = function (): undefined {
      created.delete(this);
      return destroyBuffer.call(this);
    };
    const leave = (watched: Watched | undefined): void => {
      if (watched !== undefined) this.#leave(watched, "destroyed");
    };
    GPUDevice.prototype.destroy = function (): undefined {
      leave(devices.get(this));
      return destroyDevice.call(this);
    };
    const { submit, writeBuffer } = GPUQueue.prototype;
    GPUQueue.prototype.submit = function (commands): undefined {
      call(queues.get(this), "queue.submit");
      return submit.call(this, commands);
    };
    GPUQueue.prototype.writeBuffer = function (...given: Parameters<typeof writeBuffer>): undefined {
      call(queues.get(this), "queue.writeBuffer");
      return writeBuffer.apply(this, given);
    };
  }

  /** Lets the test that runs, or before one the whole file, do what would fail it. */
  allow(allowed: Allowed): void {
    if (this.#inTest) this.#testAllows = { ...this.#testAllows, ...allowed };
    else this.#fileAllows = { ...this.#fileAllows, ...allowed };
  }

  /** A test begins. What `beforeAll` did wrong counts for the first one; its buffers do not. */
  begin(): void {
    this.#inTest = true;
    this.#testAllows = {};
    this.#created.clear();
  }

  /** A test ends: gives what was found, once every device has told the errors of the calls so far. */
  async end(): Promise<Findings> {
    await Promise.all(Array.from(this.#alive, ({ device }) => settled(device)));
    const { errors, loss, leaks: left } = { ...this.#fileAllows, ...this.#testAllows };
    const faults = this.#faults
      .filter(({ kind, text }) => (kind === "loss" ? loss !== true : errors?.test(text) !== true))
      .map(({ text }) => text);
    const leaks =
      left === true ? [] : Array.from(this.#created.keys(), ({ label, size }) => ({ label, size }));
    const lost = this.#lost;
    this.#created.clear();
    this.#faults = [];
    this.#lost = false;
    this.#inTest = false;
    return { faults: [...new Set(faults)], leaks, lost };
  }

  async #hearLoss(watched: Watched): Promise<void> {
    const { reason, message } = await watched.device.lost;
    this.#leave(watched, `lost (${reason || "unknown"}: ${message})`);
    if (reason === "destroyed") return;
    this.#lost = true;
    this.#faults.push({ kind: "loss", text: `${watched.name} was lost: ${message}` });
  }

  #leave(watched: Watched, how: string): void {
    watched.gone ??= how;
    this.#alive.delete(watched);
    for (const [buffer, of] of this.#created) if (of === watched) this.#created.delete(buffer);
  }
}

/**
 * What is read has come back, and may be freed, when all work is done. Errors come in the order of calls: with an empty scope's answer
 * those of all earlier ones are there.
 */
async function settled(device: GPUDevice): Promise<void> {
  await device.queue.onSubmittedWorkDone().catch(() => undefined);
  device.pushErrorScope("validation");
  await device.popErrorScope().catch(() => null); // of a device that is lost meanwhile
}

const key = Symbol.for("actigrad.testing.watch");

/** The page's watch, begun by the first who asks. */
export function deviceWatch(): DeviceWatch {
  const found: unknown = Reflect.get(globalThis, key);
  if (found !== undefined) return found as DeviceWatch;
  const watch = new DeviceWatch();
  Reflect.set(globalThis, key, watch);
  return watch;
}
