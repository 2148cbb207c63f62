/** Counts a peer's WebGPU calls by temporarily wrapping the page's prototypes. */
import type { StepCounts } from "./result.ts";

/** What was called since counting began. */
interface Calls {
  dispatches: number;
  submits: number;
  bindGroups: number;
  buffers: number;
  pipelines: number;
  /** When the last submit returned. */
  lastSubmit: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces a method by `wrap(method)`; returns a function that restores it. */
function replaceMethod(prototype: object, name: string, wrap: (original: Method) => Method): () => void {
  const original = Reflect.get(prototype, name) as Method;
  Reflect.set(prototype, name, wrap(original));
  return () => void Reflect.set(prototype, name, original);
}

function countCalls(calls: Calls): () => void {
  const counting =
    (key: keyof Calls) =>
    (original: Method): Method =>
      function (...args) {
        calls[key]++;
        return original.apply(this, args);
      };
  const submit = (original: Method): Method =>
    function (...args) {
      if ((args[0] as unknown[]).length > 0) calls.submits++;
      original.apply(this, args);
      calls.lastSubmit = performance.now();
    };
  const { prototype: device } = GPUDevice;
  const undo = [
    replaceMethod(GPUComputePassEncoder.prototype, "dispatchWorkgroups", counting("dispatches")),
    replaceMethod(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", counting("dispatches")),
    replaceMethod(GPUQueue.prototype, "submit", submit),
    replaceMethod(device, "createBindGroup", counting("bindGroups")),
    replaceMethod(device, "createBuffer", counting("buffers")),
    replaceMethod(device, "createComputePipeline", counting("pipelines")),
    replaceMethod(device, "createComputePipelineAsync", counting("pipelines")),
  ];
  return () => {
    for (const put of undo) put();
  };
}

/** Runs `steps` steps and returns the calls of each. */
export async function countSteps(run: (steps: number) => Promise<void>, steps: number): Promise<StepCounts> {
  const calls: Calls = { dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, pipelines: 0, lastSubmit: 0 };
  const stop = countCalls(calls);
  try {
    const begin = performance.now();
    await run(steps);
    const { lastSubmit, ...counted } = calls;
    const counts: StepCounts = { ...counted, jsMs: Math.max(0, lastSubmit - begin) };
    return Object.fromEntries(
      Object.entries(counts).map(([key, value]: [string, number]) => [key, value / steps]),
    ) as unknown as StepCounts;
  } finally {
    stop();
  }
}

/** Bytes of live buffers: created and not yet destroyed. */
export interface BufferBytes {
  live: number;
  peak: number;
}

/** Follows every buffer created from now on. A buffer dropped without `destroy` counts until it is garbage-collected. */
export function followBuffers(): BufferBytes {
  const bytes: BufferBytes = { live: 0, peak: 0 };
  const sizes = new WeakMap<object, number>();
  const forget = (size: number): void => void (bytes.live -= size);
  const collected = new FinalizationRegistry<number>(forget);
  replaceMethod(
    GPUDevice.prototype,
    "createBuffer",
    (original) =>
      function (...args) {
        const buffer = original.apply(this, args) as GPUBuffer;
        sizes.set(buffer, buffer.size);
        collected.register(buffer, buffer.size, buffer);
        bytes.live += buffer.size;
        bytes.peak = Math.max(bytes.peak, bytes.live);
        return buffer;
      },
  );
  replaceMethod(
    GPUBuffer.prototype,
    "destroy",
    (original) =>
      function (...args) {
        const buffer = this as GPUBuffer;
        const size = sizes.get(buffer);
        if (size !== undefined) {
          sizes.delete(buffer);
          collected.unregister(buffer);
          forget(size);
        }
        return original.apply(this, args);
      },
  );
  return bytes;
}
