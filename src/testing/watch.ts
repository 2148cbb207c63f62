/**
 * Watches all WebGPU devices of a page and reports to the tests what WebGPU would not: uncaught errors, lost devices, calls to
 * dead devices, leftover buffers.
 */

/** What a test may do without failing. */
export interface Allowed {
  /** Matches the messages of uncaught errors that are allowed. */
  readonly errors?: RegExp;
  /** Losing a device, and calling a lost or destroyed one. */
  readonly loss?: boolean;
  /** Leaving buffers, for example those of a trainer shared by a file's tests. */
  readonly leaks?: boolean;
}

/** Descriptions of the faults since `begin`. */
export interface Findings {
  readonly faults: readonly string[];
  /** Buffers created since `begin` that still exist, on devices that still exist. */
  readonly leaks: readonly { readonly label: string; readonly size: number }[];
  /** Whether a device was lost without being destroyed. */
  readonly lost: boolean;
}

interface Watched {
  readonly device: GPUDevice;
  readonly name: string;
  /** Why further calls do nothing; undefined while the device is alive. */
  gone?: string;
}

/** One per page, even if a bundler duplicates this module. */
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

  /** Allows the running test (before the first test: the whole file) to do what would fail it. */
  allow(allowed: Allowed): void {
    if (this.#inTest) this.#testAllows = { ...this.#testAllows, ...allowed };
    else this.#fileAllows = { ...this.#fileAllows, ...allowed };
  }

  /** Begins a test. Faults in `beforeAll` count for the first test; its buffers do not. */
  begin(): void {
    this.#inTest = true;
    this.#testAllows = {};
    this.#created.clear();
  }

  /** Ends a test: returns the faults, after every device has reported the errors of earlier calls. */
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
 * Resolves when the device's work is done, so that readbacks have arrived and may be freed. Errors come in the order of calls:
 * once an empty scope answers, all earlier ones are known.
 */
async function settled(device: GPUDevice): Promise<void> {
  await device.queue.onSubmittedWorkDone().catch(() => undefined);
  device.pushErrorScope("validation");
  await device.popErrorScope().catch(() => null); // of a device lost in the meantime
}

const key = Symbol.for("actigrad.testing.watch");

/** The page's watch, created on first use. */
export function deviceWatch(): DeviceWatch {
  const found: unknown = Reflect.get(globalThis, key);
  if (found !== undefined) return found as DeviceWatch;
  const watch = new DeviceWatch();
  Reflect.set(globalThis, key, watch);
  return watch;
}
