import { disposeKey, disposedError } from "../core/dispose.ts";
import { ActigradError } from "../core/errors.ts";
import { formatType } from "../core/shape.ts";
import type { Node, StepValues } from "../graph/graph.ts";
import type { StepLayout } from "../compile/steps.ts";
import type { Plan } from "../compile/plan.ts";
import type { Gpu } from "./context.ts";
import type { HostArray } from "./layout.ts";
import { type Storage, makeBuffer } from "./storage.ts";
import type { Timestamps } from "./timestamps.ts";

/** Drafts run for about as long as compiling their replacements takes, so short runs never pay for it. */
const DRAFT_MS = 300;

/** Most steps per submit. */
export const MAX_STEPS = 64;

/** Options of `Executor.load`. */
export interface ExecutorOptions {
  /** Starts with the variants that compile fastest; `refine`, which a longer run calls by itself, replaces them. */
  readonly draft?: boolean;
  /** Its name in the messages of the device. */
  readonly label?: string;
  /** Renames some of its tensors in the storage: averaged weights instead of the weights. */
  readonly nameOf?: (name: string) => string;
}

/** A prebuilt kernel launch; encoding a step is a loop over these. */
interface Start {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly usesStep: boolean;
  readonly x: number;
  readonly y: number;
}

/**
 * Replays a plan. `load` creates everything (and again on another device, see `Journal`); `run` only writes the step table,
 * encodes and submits.
 */
export class Executor {
  /** The plan that is replayed; only `use` replaces it. */
  plan: Plan;
  readonly storage: Storage;
  /** Called for each submit with the dispatches in it. @internal */
  sent: ((from: number, to: number) => void) | undefined;
  /** Milliseconds that JavaScript spent in `run`, and steps run. */
  readonly spent = { ms: 0, steps: 0 };
  readonly #gpu: Gpu;
  readonly #draft: boolean;
  readonly #nameOf: (name: string) => string;
  readonly #label: string;
  /** Result of `place`: the plan's buffers, those of them that no storage holds plus two tables, and the kernel launches. */
  #buffers: readonly GPUBuffer[] = [];
  #owned: GPUBuffer[] = [];
  #starts: Start[] = [];
  readonly #rows: DataView;
  readonly #offset = [0];
  #disposed = false;
  #firstRun = Infinity;
  #refining: Promise<void> | undefined;
  #refused: unknown;

  private constructor(plan: Plan, storage: Storage, { draft, nameOf, label = "" }: ExecutorOptions) {
    this.plan = plan;
    this.storage = storage;
    this.#gpu = storage.gpu;
    this.#draft = draft ?? false;
    this.#label = label;
    this.#nameOf = nameOf ?? ((name) => name);
    this.#rows = new DataView(new ArrayBuffer(plan.steps.rowBytes * MAX_STEPS));
  }

  /**
   * Compiles the kernels and builds buffers and bind groups. Data and state come from `storage`, by name.
   * @throws ActigradError "kernel" for WGSL that the device rejects, "limit" if it has no room, "device-lost"
   */
  static async load(plan: Plan, storage: Storage, options: ExecutorOptions = {}): Promise<Executor> {
    storage.assertUsable();
    const executor = new Executor(plan, storage, options);
    storage.executors.add(executor);
    try {
      await (storage.journal?.load(executor) ?? executor.place());
      storage.assertUsable();
      return executor;
    } catch (error) {
      executor.dispose();
      throw error;
    }
  }

  /** Creates its resources on the GPU's present device. @internal */
  async place(): Promise<void> {
    const { plan, storage } = this;
    const gpu = this.#gpu;
    const draft = this.#draft;
    const pitch = Math.ceil(Math.max(1, ...plan.dispatches.map((d) => d.kernel.dims.length)) / 64) * 256;
    const from = storage.calls;
    const [{ table, dims, buffers }, noRoom] = gpu.attempt(() => this.#makeBuffers(pitch), true);
    const to = storage.calls;
    const kernels = plan.dispatches.map((d) => (draft ? (d.draft ?? d.kernel) : d.kernel));
    const compiled = await Promise.all(
      kernels.map((kernel, i) => gpu.pipelines.get(kernel, plan.dispatches[i]!.label)),
    );
    const refusal = await noRoom;
    if (refusal !== undefined) throw refusal;
    storage.tellRefusal(from, to);
    storage.attempt(() => {
      this.#starts = plan.dispatches.map((dispatch, i): Start => {
        const { pipeline, layout } = compiled[i]!;
        const { usesStep, workgroups } = kernels[i]!;
        const size = Math.ceil(dispatch.kernel.dims.length / 4) * 16;
        const entries: GPUBindGroupEntry[] = [
          { binding: 0, resource: { buffer: dims, offset: i * pitch, size } },
        ];
        if (usesStep)
          entries.push({ binding: 1, resource: { buffer: table, offset: 0, size: plan.steps.rowBytes } });
        for (const [b, buffer] of dispatch.buffers.entries()) {
          entries.push({ binding: b + 2, resource: { buffer: buffers[buffer]! } });
        }
        gpu.counts.bindGroups++;
        const bindGroup = gpu.device.createBindGroup({ label: dispatch.label, layout, entries });
        const [x, y] = workgroups;
        return { pipeline, bindGroup, usesStep, x, y };
      });
    });
    this.#buffers = buffers;
    this.#firstRun = Infinity;
    this.#refining = draft ? undefined : Promise.resolve();
    this.#refused = undefined;
  }

  #makeBuffers(pitch: number): { table: GPUBuffer; dims: GPUBuffer; buffers: GPUBuffer[] } {
    const { plan, storage } = this;
    const gpu = this.#gpu;
    const tensors = new Map(
      [...plan.place].filter(([n]) => n.op.kernel.kind === "storage").map(([n, i]) => [i, n]),
    );
    const own = (label: string, size: number, use: "storage" | "uniform"): GPUBuffer => {
      const buffer = makeBuffer(gpu, `${this.#label} ${label}`, size, use);
      this.#owned.push(buffer);
      return buffer;
    };
    this.free();
    this.#owned = [];
    const table = own("step table", plan.steps.rowBytes * MAX_STEPS, "uniform");
    const buffers = plan.buffers.map(({ role, name, bytes, values }, i) => {
      if (role === "temp") return own(nameOfTemp(plan, i), bytes, "storage");
      const stored = this.#nameOf(name);
      const fresh = !storage.has(stored);
      const buffer = storage.buffer(stored, tensors.get(i)!, role);
      if (fresh && values !== undefined) storage.write(stored, values);
      return buffer;
    });
    const dims = own("dims", Math.max(1, plan.dispatches.length) * pitch, "uniform");
    for (const [i, { kernel }] of plan.dispatches.entries())
      gpu.device.queue.writeBuffer(dims, i * pitch, Uint32Array.from(kernel.dims));
    return { table, dims, buffers };
  }

  /**
   * Compiles, in parallel, the kernels that replace drafts, and uses them from the first run after they are ready. The bits are
   * the same.
   */
  async refine(): Promise<void> {
    this.#assertUsable();
    await this.#refine();
  }

  #refine(): Promise<void> {
    this.#refining ??= this.#compileDrafts().catch((error: unknown) => {
      // The device reports the loss, and recovery may repair it.
      if (!this.#disposed && (error as Partial<ActigradError>).code !== "device-lost") this.#refused = error;
    });
    return this.#refining;
  }

  /** @throws ActigradError "disposed", or the error that made the device unusable */
  #assertUsable(): void {
    this.storage.assertUsable();
    if (this.#disposed) throw disposedError("this executor");
  }

  /**
   * Switches to another plan of the same graph that differs only in kernel variants.
   * @throws ActigradError "plan" for one that binds other buffers
   */
  async use(plan: Plan): Promise<void> {
    this.#assertUsable();
    const bound = ({ dispatches }: Plan): string => dispatches.map(({ buffers }) => buffers.join()).join(";");
    if (plan.graph !== this.plan.graph || bound(plan) !== bound(this.plan))
      throw new ActigradError(
        "plan",
        "the other plan is not one of the same graph, cut into the same kernels",
      );
    const before = this.#refining;
    const replaced = this.#replace(plan, before);
    // A run in between must not start replacing drafts: this plan's kernels replace them.
    this.#refining = replaced.catch(() => (this.#refining = before));
    await replaced;
  }

  async #replace(plan: Plan, before: Promise<void> | undefined): Promise<void> {
    await before;
    await Promise.all(plan.dispatches.map((_, i) => this.#compile(plan, i)));
    this.plan = plan;
  }

  async #compile({ dispatches }: Plan, i: number): Promise<void> {
    const { kernel, label } = dispatches[i]!;
    const { pipeline } = await this.#gpu.pipelines.get(kernel, label);
    const [x, y] = kernel.workgroups;
    this.#starts[i] = { ...this.#starts[i]!, pipeline, x, y };
  }

  async #compileDrafts(): Promise<void> {
    const { plan } = this;
    await Promise.all(
      plan.dispatches.map(({ draft }, i) => (draft === undefined ? undefined : this.#compile(plan, i))),
    );
  }

  /**
   * Encodes steps, one after another, into one submit. Does not wait.
   * @param parts submits to split one step into, with about the same work each
   */
  run(steps: readonly StepValues[], parts = 1): void {
    const now = performance.now();
    this.#firstRun = Math.min(this.#firstRun, now);
    if (now - this.#firstRun > DRAFT_MS) void this.#refine();
    this.#encode(steps, 0, this.#starts.length, undefined, parts);
  }

  /** Runs one dispatch of one step alone, for `validate` and for profiles. */
  runDispatch(index: number, step: StepValues): void {
    this.#encode([step], index, index + 1);
  }

  /** Runs one step with every dispatch in its own pass: pass i of `timestamps` is dispatch i. */
  runTimed(step: StepValues, timestamps: Timestamps): void {
    this.#encode([step], 0, this.#starts.length, timestamps);
  }

  #encode(steps: readonly StepValues[], from: number, to: number, timestamps?: Timestamps, parts = 1): void {
    this.#assertUsable();
    if (steps.length > MAX_STEPS)
      throw new ActigradError("option", `run: ${steps.length} steps, ${MAX_STEPS} at most`);
    if (this.storage.journal?.note({ kind: "run", executor: this, steps, from, to }) !== false)
      this.submit(steps, from, to, timestamps, parts);
  }

  /** Runs dispatches of steps, bypassing the journal. @internal */
  submit(steps: readonly StepValues[], from: number, to: number, timestamps?: Timestamps, parts = 1): void {
    if (this.#refused !== undefined) throw this.#refused;
    for (const [first, end] of parts === 1 ? [[from, to] as const] : cut(this.plan, parts)) {
      this.storage.attempt(() => this.#send(steps, first, end, timestamps));
      this.sent?.(first, end);
    }
    this.spent.steps += steps.length;
  }

  #send(steps: readonly StepValues[], from: number, to: number, timestamps?: Timestamps): void {
    const begin = performance.now();
    const { device, counts } = this.#gpu;
    const { rowBytes } = this.plan.steps;
    for (const [i, step] of steps.entries()) writeRow(this.#rows, i * rowBytes, this.plan.steps, step);
    device.queue.writeBuffer(
      this.#owned[0]!,
      0,
      this.#rows.buffer as ArrayBuffer,
      0,
      steps.length * rowBytes,
    );
    const encoder = device.createCommandEncoder({ label: this.#label });
    const passes = timestamps === undefined ? 1 : to - from;
    for (let p = 0; p < passes; p++) {
      const pass = encoder.beginComputePass(
        timestamps === undefined ? undefined : { timestampWrites: timestamps.writes(p) },
      );
      const [first, end] = timestamps === undefined ? [from, to] : [from + p, from + p + 1];
      for (let s = 0; s < steps.length; s++) {
        for (let i = first; i < end; i++) this.#start(pass, i, s * rowBytes);
      }
      pass.end();
    }
    timestamps?.resolve(encoder);
    device.queue.submit([encoder.finish()]);
    counts.submits++;
    counts.dispatches += steps.length * (to - from);
    this.spent.ms += performance.now() - begin;
  }

  #start(pass: GPUComputePassEncoder, index: number, row: number): void {
    const { pipeline, bindGroup, usesStep, x, y } = this.#starts[index]!;
    pass.setPipeline(pipeline);
    this.#offset[0] = row;
    if (usesStep) pass.setBindGroup(0, bindGroup, this.#offset);
    else pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(x, y);
  }

  /** The buffer of a stored tensor, its last axis padded to whole slots of four; this executor keeps owning it. */
  buffer(node: Node): GPUBuffer {
    this.#assertUsable();
    const buffer = this.#buffers[this.plan.place.get(node) ?? -1];
    if (buffer !== undefined) return buffer;
    throw new ActigradError(
      "option",
      `%${node.id} ${node.op.name} is not stored by this plan; name it as an output`,
    );
  }

  /** The current values of a stored tensor. */
  async readNode(node: Node): Promise<HostArray> {
    this.buffer(node);
    return this.storage.copy(() => this.buffer(node), this.plan.packed.get(node) ?? node);
  }

  /** The values of a named output after the last run. */
  async output(name: string): Promise<HostArray> {
    const node = this.plan.graph.outputs.get(name);
    if (node === undefined) throw new ActigradError("option", `the plan has no output "${name}"`);
    return this.readNode(node);
  }

  /** Frees its buffers; the storage remains. */
  dispose(): void {
    this.#disposed = true;
    this.storage.executors.delete(this);
    if (this.storage.journal?.forget(this) !== false) this.free();
  }

  /** Whether it was disposed of. @internal */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees its buffers, which `place` creates again. @internal */
  free(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }
}

/** Splits a plan's dispatches into this many runs with about the same work; into single dispatches if there are fewer. */
function cut({ dispatches }: Plan, parts: number): (readonly [from: number, to: number])[] {
  const most = Math.min(parts, dispatches.length);
  const work = dispatches.map(({ flops, bytes }) => flops + bytes);
  const total = work.reduce((sum, own) => sum + own, 0);
  const ends: number[] = [];
  let done = 0;
  for (const [i, own] of work.entries()) {
    done += own;
    const left = dispatches.length - 1 - i;
    if (left === 0 || done * most >= total * (ends.length + 1) || left < most - ends.length) ends.push(i + 1);
  }
  return ends.map((end, i) => [ends[i - 1] ?? 0, end]);
}

/** The first tensor in the buffer, and the dispatch that writes it. */
function nameOfTemp({ dispatches }: Plan, buffer: number): string {
  for (const { label, kernel, buffers } of dispatches)
    for (const [i, { writes }] of kernel.bindings.entries())
      if (writes !== null && buffers[i] === buffer)
        return `${label}, ${writes.op.name} ${formatType(writes)}`;
  return "temp";
}

function writeRow(rows: DataView, at: number, { scalars }: StepLayout, step: StepValues): void {
  for (const { name, dtype, count, offset } of scalars) {
    const value = step[name];
    const fits = count === 1 ? typeof value === "number" : Array.isArray(value) && value.length === count;
    if (!fits)
      throw new ActigradError(
        "option",
        `the step scalar "${name}" needs ${count} value(s), got ${String(value)}`,
      );
    for (let i = 0; i < count; i++) {
      const number = count === 1 ? (value as number) : (value as readonly number[])[i]!;
      const byte = at + (offset + i) * 4;
      if (dtype === "u32") rows.setUint32(byte, number, true);
      else rows.setFloat32(byte, number, true);
    }
  }
}
