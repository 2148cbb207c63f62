import { ActigradError } from "../../core/errors.ts";
import { type StoredType, bytes } from "../../core/shape.ts";
import { delay } from "../context.ts";
import type { Change, Journal, Replayed, Stored } from "../journal.ts";
import type { HostArray } from "../layout.ts";
import { Readback, type Storage, clear, makeBuffer, place } from "../storage.ts";
import type { Plan } from "../../compile/plan.ts";
import { renew } from "./renew.ts";
import { Camera, type Snapshot, emptySnapshot } from "./snapshot.ts";

/** Settings of a journal. */
export interface JournalOptions {
  readonly everyMs: number;
  readonly attempts: number;
  readonly onRecovered: (reason: string, lostMs: number, compileMs: number) => void;
}

/** A read that may outlive several devices. */
interface Reading {
  readonly kind: "read";
  readonly buffer: () => GPUBuffer;
  readonly type: StoredType;
  settle(values: HostArray): void;
  refuse(error: unknown): void;
  /** When the state changes between with and without a device. */
  readonly settled: Promise<unknown>;
}

/** Bytes that the host may hand over after a snapshot; more make another snapshot due. */
const MOST_BYTES = 2 ** 26;

/** Milliseconds before each attempt; the last entry repeats. */
const BACK_OFF_MS = [0, 100, 400, 1500, 4000] as const;

/**
 * Keeps a storage alive when its device is lost: it holds what the device had at the last snapshot, and everything done since, in
 * order. A change is recorded before it is made, and without a device it is not made at all; so what `restore` replays is exactly
 * what was requested.
 */
export class LastingJournal implements Journal {
  readonly #storage: Storage;
  readonly #options: JournalOptions;
  readonly #camera: Camera;
  #readback: Readback;
  #snapshot: Snapshot = emptySnapshot;
  /** What the host wrote into data tensors before the snapshot, by position in the tensor. */
  readonly #data = new Map<Stored, Map<number, HostArray>>();
  #since: (Change | Reading)[] = [];
  #bytes = 0;
  #lastTaken = performance.now();
  #taking = false;
  readonly #waiting = new Set<Reading>();
  readonly #executors = new Set<Replayed>();
  /** While there is no device. */
  #recovering: Promise<void> | undefined;
  #attempts = 0;
  #failure: ActigradError | undefined;

  constructor(storage: Storage, options: JournalOptions) {
    this.#storage = storage;
    this.#options = options;
    this.#camera = new Camera(storage);
    this.#readback = new Readback(storage.gpu);
    const { gpu } = storage;
    try {
      gpu.assertUsable();
      gpu.waiting.add(this.#lost);
    } catch (error) {
      this.#lost(error as ActigradError);
    }
  }

  assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async ready(): Promise<void> {
    while (this.#recovering !== undefined && this.#failure === undefined) await this.#recovering;
    this.assertUsable();
  }

  note(change: Change): boolean {
    if (change.kind === "run") this.#takeWhenDue();
    this.#since.push(change.kind === "write" ? this.#kept(change) : change);
    return this.#recovering === undefined;
  }

  /** A dataset's arrays must stay unchanged; other arrays may be reused by their owner, so they are copied. */
  #kept(change: Extract<Change, { kind: "write" }>): Change {
    const { tensor, offset, values } = change;
    this.#bytes += values.byteLength;
    const isDataset = tensor.role === "data" && offset === 0 && values.byteLength === tensor.buffer.size;
    return isDataset ? change : { ...change, values: values.slice() };
  }

  read(buffer: () => GPUBuffer, type: StoredType): Promise<HostArray> {
    let [settle, refuse]: [Reading["settle"], Reading["refuse"]] = [() => undefined, () => undefined];
    const values = new Promise<HostArray>((resolve, reject) => ([settle, refuse] = [resolve, reject]));
    const settled = values.then(
      () => this.#waiting.delete(reading),
      () => this.#waiting.delete(reading),
    );
    const reading: Reading = { kind: "read", buffer, type, settle, refuse, settled };
    this.#waiting.add(reading);
    this.#since.push(reading);
    if (this.#recovering === undefined) void this.#attempt(reading);
    return values;
  }

  async #attempt(reading: Reading): Promise<void> {
    try {
      reading.settle(await this.#readback.read(reading.buffer(), reading.type));
      this.#attempts = 0; // work comes back
    } catch (error) {
      // Replayed when there is a device.
      const lost = error instanceof ActigradError && error.code === "device-lost";
      if (!lost || this.#failure !== undefined) reading.refuse(this.#failure ?? error);
    }
  }

  async load(executor: Replayed): Promise<void> {
    const { gpu } = this.#storage;
    for (;;) {
      await this.ready();
      const { device } = gpu;
      try {
        await executor.place();
      } catch (error) {
        if (!(error instanceof ActigradError) || error.code !== "device-lost") throw error;
      }
      this.assertUsable();
      if (this.#recovering !== undefined || gpu.device !== device) continue;
      this.#executors.add(executor);
      return;
    }
  }

  forget(executor: Replayed): boolean {
    if (this.#recovering !== undefined) return false;
    this.#executors.delete(executor);
    return true;
  }

  end(error: ActigradError): void {
    this.#failure ??= error;
    this.#storage.gpu.waiting.delete(this.#lost);
    if (this.#recovering !== undefined) for (const reading of this.#waiting) reading.refuse(this.#failure);
    this.#since = [];
    this.#executors.clear();
    this.#camera.dispose();
    this.#readback.dispose();
  }

  #takeWhenDue(): void {
    const due = performance.now() - this.#lastTaken >= this.#options.everyMs || this.#bytes > MOST_BYTES;
    if (due && !this.#taking && this.#recovering === undefined && this.#since.length > 0) void this.#take();
  }

  async #take(): Promise<void> {
    this.#taking = true;
    this.#lastTaken = performance.now();
    const [until, bytesThen] = [this.#since.length, this.#bytes];
    const before = this.#since.slice(0, until);
    try {
      const ran = before.flatMap((entry) => (entry.kind === "run" ? [entry.executor] : []));
      const snapshot = await this.#camera.take(this.#snapshot, ran);
      // What was requested before the snapshot can only be replayed without it.
      await Promise.all(before.map((entry) => (entry.kind === "read" ? entry.settled : undefined)));
      if (this.#failure !== undefined) return;
      this.#snapshot = snapshot;
      for (const entry of before) if (entry.kind === "write") this.#keepData(entry);
      const there = new Set(this.#storage.tensors.values());
      for (const tensor of this.#data.keys()) if (!there.has(tensor)) this.#data.delete(tensor);
      this.#since.splice(0, until);
      this.#bytes -= bytesThen;
    } catch {
      // The device is lost, and the last snapshot is still valid.
    } finally {
      this.#taking = false;
    }
  }

  #keepData({ tensor, offset, values }: Extract<Change, { kind: "write" }>): void {
    if (tensor.role !== "data") return;
    const whole = offset === 0 && values.byteLength === tensor.buffer.size;
    const kept = (whole ? undefined : this.#data.get(tensor)) ?? new Map<number, HostArray>();
    this.#data.set(tensor, kept.set(offset, values));
  }

  readonly #lost = (loss: ActigradError): void => {
    this.#recovering ??= Promise.resolve().then(() => this.#recover(loss));
  };

  /** Starts without a device; ends with one that has everything on it, or with `#failure`. */
  async #recover(loss: ActigradError): Promise<void> {
    const { gpu } = this.#storage;
    const { attempts, onRecovered } = this.#options;
    const begin = performance.now();
    let cause: unknown;
    while (this.#attempts < attempts) {
      await delay(BACK_OFF_MS[Math.min(this.#attempts++, BACK_OFF_MS.length - 1)]!);
      if (this.#failure !== undefined) return;
      try {
        await renew(gpu);
        gpu.waiting.add(this.#lost);
        const compileMs = await this.#restore();
        void gpu.idle().then(
          () => onRecovered(String(loss.details["reason"]), performance.now() - begin, compileMs),
          () => undefined, // lost again
        );
        return;
      } catch (error) {
        gpu.waiting.delete(this.#lost);
        cause = error;
        if (error instanceof ActigradError && error.code === "disposed") break;
      }
    }
    this.#failure ??=
      cause instanceof ActigradError && cause.code === "disposed"
        ? cause
        : givenUp(loss, this.#attempts, cause);
    for (const reading of this.#waiting) reading.refuse(this.#failure);
    this.#recovering = undefined;
  }

  /** Puts everything onto the GPU's present device and continues with it. @returns milliseconds of compiling pipelines again */
  async #restore(): Promise<number> {
    const { gpu, tensors } = this.#storage;
    this.#camera.renew();
    this.#readback = new Readback(gpu);
    for (const [name, tensor] of tensors)
      tensor.buffer = makeBuffer(gpu, name, bytes(tensor.type), "storage");
    const placed = new Set(this.#executors);
    for (const entry of this.#since)
      if (entry.kind === "run" && changesStates(entry.executor.plan)) placed.add(entry.executor);
    const begin = performance.now();
    // All of them, so that nothing of this attempt is still pending in the next.
    const ends = await Promise.allSettled([...placed].map((executor) => executor.place()));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    const compileMs = performance.now() - begin;
    gpu.assertUsable();
    // Nothing is awaited from here on, so no call comes in between.
    const there = new Set(tensors.values());
    this.#camera.place(this.#snapshot, there);
    for (const [tensor, writes] of this.#data)
      for (const [offset, values] of writes) if (there.has(tensor)) place(gpu, tensor, offset, values);
    for (const entry of this.#since) {
      if (entry.kind === "clear") clear(this.#storage);
      else if (entry.kind === "write") {
        if (there.has(entry.tensor)) place(gpu, entry.tensor, entry.offset, entry.values);
      } else if (entry.kind === "run") {
        const { executor, steps, from, to } = entry;
        if (placed.has(executor)) executor.submit(steps, from, to);
      } else if (this.#waiting.has(entry)) void this.#attempt(entry);
    }
    for (const executor of placed) {
      if (!executor.disposed) continue;
      executor.free();
      this.#executors.delete(executor);
    }
    this.#recovering = undefined;
    return compileMs;
  }
}

/** Whether a run leaves anything behind that outlives it. */
const changesStates = ({ dispatches, buffers }: Plan): boolean =>
  dispatches.some(({ kernel, buffers: bound }) =>
    kernel.bindings.some(({ writes }, i) => writes !== null && buffers[bound[i]!]?.role === "state"),
  );

const givenUp = (loss: ActigradError, attempts: number, cause: unknown): ActigradError =>
  new ActigradError("device-lost", `${loss.message}; gave up after ${attempts} attempts to recover`, {
    hint: "resume from a checkpoint on another device, or reload the page",
    cause,
  });
