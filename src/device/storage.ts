import { disposeKey, disposedError } from "../core/dispose.ts";
import { ActigradError } from "../core/errors.ts";
import { type StoredType, type TensorType, bytes } from "../core/shape.ts";
import type { Gpu } from "./context.ts";
import type { Journal, Stored } from "./journal.ts";
import { type HostArray, pack, unpack } from "./layout.ts";

const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 } as const; // Node has no such globals

/** Creates a labelled buffer and counts it. @throws ActigradError "limit" if the adapter has none that large */
export function makeBuffer(
  gpu: Gpu,
  label: string,
  size: number,
  use: "storage" | "uniform" | "readback",
): GPUBuffer {
  const { maxBufferBytes, maxBindingBytes } = gpu.limits;
  const most = use === "storage" ? Math.min(maxBufferBytes, maxBindingBytes) : maxBufferBytes;
  if (size > most)
    throw new ActigradError("limit", `${label}: a buffer of ${size} bytes, the adapter allows ${most}`);
  const usage = {
    storage: USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST,
    uniform: USAGE.UNIFORM | USAGE.COPY_DST,
    readback: USAGE.MAP_READ | USAGE.COPY_DST,
  }[use];
  gpu.counts.buffers++;
  return gpu.device.createBuffer({ label, size, usage });
}

/** Number of staging buffers kept for later reads. */
const STAGING = 64;

/** Reads buffers back through reused staging buffers. */
export class Readback {
  readonly #gpu: Gpu;
  readonly #free: GPUBuffer[] = [];
  #disposed = false;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** The tensor's values after everything submitted so far. */
  async read(buffer: GPUBuffer, type: StoredType): Promise<HostArray> {
    this.#gpu.assertUsable();
    const gpu = this.#gpu;
    const size = bytes(type);
    const at = this.#free.findIndex((each) => each.size === size);
    const free = at < 0 ? undefined : this.#free.splice(at, 1)[0];
    const label = `readback of ${buffer.label}`;
    const [{ staging, mapped }, refusal] = gpu.attempt(() => {
      const target = free ?? makeBuffer(gpu, label, size, "readback");
      const encoder = gpu.device.createCommandEncoder({ label });
      encoder.copyBufferToBuffer(buffer, 0, target, 0, size);
      gpu.device.queue.submit([encoder.finish()]);
      return { staging: target, mapped: target.mapAsync(1) };
    }, free === undefined);
    const refused = await gpu.wait(
      mapped.then(
        () => refusal,
        async (cause) => (await refusal) ?? Promise.reject(cause),
      ),
    );
    if (refused !== undefined) {
      staging.destroy();
      throw refused;
    }
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    this.#free.push(staging);
    if (this.#disposed || this.#free.length > STAGING) this.#free.shift()!.destroy();
    return unpack(copy, type);
  }

  /** Frees its buffers; those in use, once their data has arrived. */
  dispose(): void {
    this.#disposed = true;
    for (const buffer of this.#free) buffer.destroy();
    this.#free.length = 0;
  }
}

/**
 * The named tensors that outlive a run, data and state, shared by all executors of one model. After `dispose` every call throws
 * ActigradError "disposed", and so does every executor that uses it.
 */
export class Storage {
  readonly gpu: Gpu;
  /** Records what is done on the device, if that has to survive it. @internal */
  journal: Journal | undefined;
  /** The device that holds its tensors. */
  readonly #device: GPUDevice;
  readonly #readback: Readback;
  readonly #owner: string;
  /** Its tensors, by name; only this class changes them. @internal */
  readonly tensors = new Map<string, Stored>();
  /** Executors that use it, which are freed with it. @internal */
  readonly executors = new Set<{ dispose(): void }>();
  /** Number of calls so far, and those that the device refused: the next read reports them. @internal */
  calls = 0;
  readonly #refusals: { readonly call: number; readonly error: ActigradError }[] = [];
  #disposed = false;

  /** @param owner named in errors after `dispose` */
  constructor(gpu: Gpu, owner = "this storage") {
    this.gpu = gpu;
    this.#device = gpu.device;
    this.#owner = owner;
    this.#readback = new Readback(gpu);
  }

  /** @throws ActigradError "disposed", or the error that made the device unusable */
  assertUsable(): void {
    if (this.#disposed) throw disposedError(this.#owner);
    if (this.journal === undefined) this.gpu.assertUsable(this.#device);
    else this.journal.assertUsable();
  }

  /** The buffer of a tensor, created (zeroed) if it is new. @throws ActigradError "shape" if its type differs from before */
  buffer(name: string, type: TensorType, role: Stored["role"]): GPUBuffer {
    this.assertUsable();
    const known = this.tensors.get(name);
    if (known !== undefined) {
      if (bytes(known.type) === bytes(type) && known.type.dtype === type.dtype) return known.buffer;
      throw new ActigradError(
        "shape",
        `"${name}" is [${known.type.shape.join(",")}] already, not [${type.shape.join(",")}]`,
      );
    }
    const make = (): GPUBuffer => makeBuffer(this.gpu, name, bytes(type), "storage");
    const tensor: Stored = { role, type, buffer: this.attempt(make, () => this.#drop(name, tensor)) };
    this.tensors.set(name, tensor);
    return tensor.buffer;
  }

  #drop(name: string, tensor: Stored): void {
    if (this.tensors.get(name) === tensor) this.delete(name);
  }

  /**
   * Makes calls on the device. If it refuses them, only the first read after them reports it.
   * @param undo for calls that allocate memory: what to do if they fail
   * @internal
   */
  attempt<T>(act: () => T, undo?: () => void): T {
    const call = this.calls++;
    const [value, refusal] = this.gpu.attempt(act, undo !== undefined);
    void this.#note(call, refusal, undo);
    return value;
  }

  async #note(call: number, refusal: Promise<ActigradError | undefined>, undo?: () => void): Promise<void> {
    const error = await refusal;
    if (error === undefined) return;
    undo?.();
    this.#refusals.push({ call, error });
  }

  /** @throws the device's refusal of some calls, once. @internal */
  tellRefusal(from: number, to: number): void {
    const at = this.#refusals.findIndex(({ call }) => call >= from && call < to);
    if (at >= 0) throw this.#refusals.splice(at, 1)[0]!.error;
  }

  /** Waits until everything submitted so far is done. @throws ActigradError if any of it was refused */
  async settled(): Promise<void> {
    await (this.journal?.ready() ?? this.gpu.idle());
    this.tellRefusal(0, this.calls);
  }

  /** Whether there is a tensor of this name. */
  has(name: string): boolean {
    return this.tensors.has(name);
  }

  #known(name: string): Stored {
    this.assertUsable();
    const known = this.tensors.get(name);
    if (known === undefined) throw new ActigradError("option", `no tensor "${name}" on the device`);
    return known;
  }

  /** Replaces a tensor's values. */
  write(name: string, values: HostArray): void {
    const tensor = this.#known(name);
    this.#put(tensor, 0, pack(values, tensor.type));
  }

  /** Replaces whole rows of a tensor [1, rows, columns], from row `start` on. */
  writeRows(name: string, start: number, values: HostArray): void {
    const tensor = this.#known(name);
    const { type } = tensor;
    const columns = type.shape.at(-1)!;
    const shape = [1, values.length / columns, columns];
    const row = bytes({ dtype: type.dtype, shape: [1, 1, columns] });
    this.#put(tensor, start * row, pack(values, { dtype: type.dtype, shape }));
  }

  #put(tensor: Stored, offset: number, values: HostArray): void {
    if (this.journal?.note({ kind: "write", tensor, offset, values }) !== false)
      this.attempt(() => place(this.gpu, tensor, offset, values));
  }

  /** A tensor's values after everything submitted so far. */
  async read(name: string): Promise<HostArray> {
    const tensor = this.#known(name);
    return this.copy(() => tensor.buffer, tensor.type);
  }

  /** A buffer's values after everything submitted so far. @internal */
  async copy(buffer: () => GPUBuffer, type: StoredType): Promise<HostArray> {
    const before = this.calls;
    const values = await (this.journal?.read(buffer, type) ?? this.#readback.read(buffer(), type));
    this.tellRefusal(0, before);
    return values;
  }

  /** Zeroes all states. */
  clearStates(): void {
    this.assertUsable();
    if (this.journal?.note({ kind: "clear" }) !== false) this.attempt(() => clear(this));
  }

  /** Frees one tensor. */
  delete(name: string): void {
    this.tensors.get(name)?.buffer.destroy();
    this.tensors.delete(name);
  }

  /** Frees all tensors, and the executors that use them. */
  dispose(): void {
    this.#disposed = true;
    this.journal?.end(disposedError(this.#owner));
    for (const executor of this.executors) executor.dispose();
    for (const { buffer } of this.tensors.values()) buffer.destroy();
    this.tensors.clear();
    this.#readback.dispose();
  }
  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** Writes packed values into a tensor. */
export function place(
  { device }: Gpu,
  { buffer }: Stored,
  offset: number,
  { buffer: memory, byteOffset, byteLength }: HostArray,
): void {
  device.queue.writeBuffer(buffer, offset, memory as ArrayBuffer, byteOffset, byteLength);
}

/** Zeroes all states. */
export function clear(storage: Storage): void {
  const { device } = storage.gpu;
  const encoder = device.createCommandEncoder({ label: "clear" });
  for (const { role, buffer } of storage.tensors.values()) if (role === "state") encoder.clearBuffer(buffer);
  device.queue.submit([encoder.finish()]);
}
