import { ActigradError } from "../core/errors.ts";
import type { Gpu } from "./context.ts";

const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, QUERY_RESOLVE: 512 } as const; // Node has no such globals
/** WebGPU allows 4,096 queries per set. */
const MOST_PASSES = 2048;

/** The adapter's clock at the start and end of passes. The caller disposes of it. */
export class Timestamps {
  readonly #gpu: Gpu;
  readonly #passes: number;
  readonly #set: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  /** @throws ActigradError "limit" without the feature timestamp-query, or for too many passes; see `offered` */
  constructor(gpu: Gpu, passes: number) {
    if (!Timestamps.offered(gpu, passes))
      throw new ActigradError("limit", `this device has no timestamps for ${passes} passes`);
    const { device } = gpu;
    const size = passes * 16;
    this.#gpu = gpu;
    this.#passes = passes;
    this.#set = device.createQuerySet({ label: "timestamps", type: "timestamp", count: passes * 2 });
    this.#resolved = device.createBuffer({ size, usage: USAGE.QUERY_RESOLVE | USAGE.COPY_SRC });
    this.#staging = device.createBuffer({ size, usage: USAGE.MAP_READ | USAGE.COPY_DST });
  }

  /** Whether the device has timestamps for this many passes. */
  static offered(gpu: Gpu, passes: number): boolean {
    return gpu.device.features.has("timestamp-query") && passes >= 1 && passes <= MOST_PASSES;
  }

  /** Makes pass `i` write its two timestamps. */
  writes(i: number): GPUComputePassTimestampWrites {
    return { querySet: this.#set, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
  }

  /** To be encoded after the last pass. */
  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#set, 0, this.#passes * 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, this.#passes * 16);
  }

  /** Nanoseconds of the adapter's clock, start and end of each pass alternating, once the submitted work is done. */
  async read(): Promise<BigUint64Array> {
    await this.#gpu.wait(this.#staging.mapAsync(1));
    const values = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return values;
  }

  dispose(): void {
    this.#set.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
