import type { Replayed, Stored } from "../journal.ts";
import { type Storage, makeBuffer, place } from "../storage.ts";
import type { Node } from "../../graph/graph.ts";

/** Values in device layout, row by row in whole slots. */
type Bytes = Uint8Array<ArrayBuffer>;

/** The contents of a device at one moment: all states of a storage, and executors' results that may still be read. */
export interface Snapshot {
  readonly states: ReadonlyMap<Stored, Bytes>;
  readonly results: ReadonlyMap<Replayed, ReadonlyMap<Node, Bytes>>;
}

export const emptySnapshot: Snapshot = { states: new Map(), results: new Map() };

/** Outputs in the executor's own buffers. */
function resultsOf({ plan }: Replayed): Node[] {
  return [...plan.graph.outputs.values()].filter(
    (node) => plan.buffers[plan.place.get(node) ?? -1]?.role === "temp",
  );
}

/** Takes snapshots of one storage, through reused staging buffers. */
export class Camera {
  readonly #storage: Storage;
  #staging = new Map<GPUBuffer, GPUBuffer>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Submits the copies, so that they see everything submitted so far and nothing later; resolves when they are on the host. The
   * device continues meanwhile.
   * @param ran executors that ran since `before`, the preceding snapshot
   */
  async take(before: Snapshot, ran: Iterable<Replayed>): Promise<Snapshot> {
    const { gpu, tensors } = this.#storage;
    const encoder = gpu.device.createCommandEncoder({ label: "snapshot" });
    const used = new Map<GPUBuffer, GPUBuffer>();
    const copy = (source: GPUBuffer): (() => Bytes) => {
      const { size, label } = source;
      const staging = this.#staging.get(source) ?? makeBuffer(gpu, `snapshot of ${label}`, size, "readback");
      encoder.copyBufferToBuffer(source, 0, staging, 0, size);
      used.set(source, staging);
      return () => {
        const bytes = new Uint8Array(staging.getMappedRange().slice(0));
        staging.unmap();
        return bytes;
      };
    };
    const states = [...tensors.values()].flatMap((tensor) =>
      tensor.role === "state" ? [[tensor, copy(tensor.buffer)] as const] : [],
    );
    const results = [...new Set(ran)].flatMap((executor) =>
      executor.disposed
        ? []
        : [
            [
              executor,
              resultsOf(executor).map((node) => [node, copy(executor.buffer(node))] as const),
            ] as const,
          ],
    );
    gpu.device.queue.submit([encoder.finish()]);
    for (const [source, staging] of this.#staging) if (!used.has(source)) staging.destroy();
    this.#staging = used;
    await gpu.wait(Promise.all([...used.values()].map((staging) => staging.mapAsync(1))));
    const kept = [...before.results].filter(([executor]) => !executor.disposed);
    return {
      states: new Map(states.map(([tensor, read]) => [tensor, read()])),
      results: new Map([
        ...kept,
        ...results.map(
          ([executor, nodes]) => [executor, new Map(nodes.map(([node, read]) => [node, read()]))] as const,
        ),
      ]),
    };
  }

  /** Writes a snapshot to the GPU's present device. */
  place({ states, results }: Snapshot, there: ReadonlySet<Stored>): void {
    const { gpu } = this.#storage;
    for (const [tensor, bytes] of states) if (there.has(tensor)) place(gpu, tensor, 0, bytes);
    for (const [executor, nodes] of results)
      if (!executor.disposed)
        for (const [node, bytes] of nodes) gpu.device.queue.writeBuffer(executor.buffer(node), 0, bytes);
  }

  /** Forgets the staging buffers, which were lost with their device. */
  renew(): void {
    this.#staging.clear();
  }

  dispose(): void {
    for (const staging of this.#staging.values()) staging.destroy();
    this.renew();
  }
}
