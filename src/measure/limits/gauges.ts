/** Gauges: kernels that do one thing only, and calls that do almost nothing, to measure an adapter's limits with. */
import { ActigradError } from "../../core/errors.ts";
import type { Gpu } from "../../device/context.ts";

/** Something to be timed. */
export interface GaugeSpec {
  readonly what: "wait" | "multiplyAdd" | "kernel" | "buffer" | "dispatch" | "submit" | "readback";
  /** "fma(a, b, c), 8 chains of vec4f" */
  readonly how: string;
  /** f32 in each tensor that it uses, if that matters. */
  readonly elements: number;
  /** Floating-point operations, or bytes read and written, per repetition. */
  readonly amount: number;
  readonly wgsl?: string;
  readonly workgroups?: number;
  /** The expected f32 at an index afterwards. */
  readonly expected?: (index: number) => number;
}

export interface Gauge extends GaugeSpec {
  /** Repeats it and waits for the end, which a read of four bytes reports soonest. */
  run(times: number): Promise<void>;
  /** Runs it once. @throws ActigradError "kernel" if the result is wrong */
  check(): Promise<void>;
}

/** f32 in the tensors that are copied: one that may stay in a cache, and one that hardly can. */
export const COPIED = [1 << 20, 1 << 22] as const;

const ITERATIONS = 256;
/** Iterations that are unrolled: a loop's counting halved the rate on a software adapter. */
const UNROLLED = 8;
const OUT = "@group(0) @binding(0) var<storage, read_write> out: array<vec4f>;";

/** Independent chains of multiply-adds; the sum is stored, otherwise the compiler would remove them. */
function multiplyAdd(workgroups: number, chains: number, fused: boolean): GaugeSpec {
  const lines = (line: (i: number) => string): string =>
    Array.from({ length: chains }, (_, i) => line(i)).join("\n");
  const wgsl = `${OUT}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = vec4f(f32(id.x & 255u)) * 1e-3;
  let factor = vec4f(0.5) + x;
${lines((i) => `  var a${i} = x + ${i}.0;`)}
  for (var i = 0u; i < ${ITERATIONS / UNROLLED}u; i++) {
${`${lines((i) => (fused ? `    a${i} = fma(a${i}, factor, x);` : `    a${i} = a${i} * factor + x;`))}\n`.repeat(UNROLLED)}
  }
  out[id.x] = ${Array.from({ length: chains }, (_, i) => `a${i}`).join(" + ")};
}`;
  return {
    what: "multiplyAdd",
    how: `${fused ? "fma(a, b, c)" : "a * b + c"}, ${chains} chains of vec4f`,
    elements: 0,
    amount: workgroups * 64 * ITERATIONS * chains * 4 * 2,
    wgsl,
    workgroups,
    expected(index) {
      const x = (Math.floor(index / 4) & 255) * 1e-3;
      const factor = 0.5 + x;
      const power = factor ** ITERATIONS; // a chain from x + i is a geometric series
      const fixed = x / (1 - factor);
      let total = 0;
      for (let i = 0; i < chains; i++) total += (x + i - fixed) * power + fixed;
      return total;
    },
  };
}

/** Contents of the tensor that is copied. */
const ramp = (index: number): number => Math.fround(index * 0.37);

/** Every invocation copies this many slots of four f32, a workgroup's width apart. */
const copyKernel = (elements: number, slots: number): GaugeSpec => ({
  what: "kernel",
  how: `${slots} vec4f an invocation`,
  elements,
  amount: elements * 8,
  wgsl: `${OUT}
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * ${256 * slots}u + lane;
${Array.from({ length: slots }, (_, i) => `  out[first + ${256 * i}u] = x[first + ${256 * i}u];`).join("\n")}
}`,
  workgroups: elements / 4 / 256 / slots,
  expected: ramp,
});

/** Almost no work: 64 invocations store one number each. */
const nothing = (what: GaugeSpec["what"]): GaugeSpec => ({
  what,
  how: "",
  elements: 0,
  amount: 1,
  wgsl: `${OUT}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { out[id.x] = vec4f(f32(id.x)); }`,
  workgroups: 1,
  expected: (index) => Math.floor(index / 4),
});

/** All gauges; a GPU gets more arithmetic to do than a software adapter. */
export function gaugeSpecs(software: boolean): GaugeSpec[] {
  const workgroups = software ? 64 : 8192;
  return [
    ...(["wait", "dispatch", "submit"] as const).map(nothing),
    { what: "readback", how: "", elements: 0, amount: 1 },
    ...[4, 8, 16].flatMap((chains) => [false, true].map((fused) => multiplyAdd(workgroups, chains, fused))),
    ...COPIED.flatMap((elements): GaugeSpec[] => [
      copyKernel(elements, 1),
      copyKernel(elements, 4),
      { what: "buffer", how: "", elements, amount: elements * 8, expected: ramp },
    ]),
  ];
}

const USAGE = { mapRead: 1, copySrc: 4, copyDst: 8, storage: 128 } as const; // Node has no globals
/** Number of f32 that a check looks at, from both ends. */
const CHECKED = 256;

/** The buffers that gauges work on, and the pipelines and bind groups made for them. */
export class Gauges {
  readonly #gpu: Gpu;
  readonly #out: GPUBuffer;
  readonly #from: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(gpu: Gpu) {
    const { device } = gpu;
    this.#gpu = gpu;
    const elements = COPIED.at(-1)!;
    const usage = USAGE.storage | USAGE.copySrc | USAGE.copyDst;
    [this.#out, this.#from] = [0, 1].map(() => device.createBuffer({ size: elements * 4, usage })) as [
      GPUBuffer,
      GPUBuffer,
    ];
    this.#staging = device.createBuffer({ size: CHECKED * 4, usage: USAGE.mapRead | USAGE.copyDst });
    device.queue.writeBuffer(
      this.#from,
      0,
      Float32Array.from({ length: elements }, (_, i) => ramp(i)),
    );
  }

  /** Compiles what the gauge needs. */
  async open(spec: GaugeSpec): Promise<Gauge> {
    const run = spec.wgsl === undefined ? this.#calls(spec) : await this.#kernel(spec);
    return { ...spec, run, check: () => this.#check(spec, run) };
  }

  dispose(): void {
    for (const buffer of [this.#out, this.#from, this.#staging]) buffer.destroy();
  }

  async #kernel({ what, wgsl, workgroups }: GaugeSpec): Promise<Gauge["run"]> {
    const { device } = this.#gpu;
    const module = device.createShaderModule({ code: wgsl! });
    const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
    const buffers = what === "kernel" ? [this.#out, this.#from] : [this.#out];
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return async (times) => {
      const each = what === "submit" ? 1 : times; // dispatches of a submit
      for (let done = 0; done < times; done += each) {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (let i = 0; i < each; i++) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindGroup);
          pass.dispatchWorkgroups(workgroups!);
        }
        pass.end();
        device.queue.submit([encoder.finish()]);
      }
      await this.#read(0, 1);
    };
  }

  #calls({ what, elements }: GaugeSpec): Gauge["run"] {
    if (what === "readback") {
      return async (times) => {
        for (let i = 0; i < times; i++) await this.#read(0, 1);
      };
    }
    return async (times) => {
      const encoder = this.#gpu.device.createCommandEncoder();
      for (let i = 0; i < times; i++) encoder.copyBufferToBuffer(this.#from, 0, this.#out, 0, elements * 4);
      this.#gpu.device.queue.submit([encoder.finish()]);
      await this.#read(0, 1);
    };
  }

  /** This many f32 of the result, from an index on. */
  async #read(first: number, count: number): Promise<Float32Array> {
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#out, first * 4, this.#staging, 0, count * 4);
    device.queue.submit([encoder.finish()]);
    await this.#gpu.wait(this.#staging.mapAsync(1, 0, count * 4));
    const values = new Float32Array(this.#staging.getMappedRange(0, count * 4).slice(0));
    this.#staging.unmap();
    return values;
  }

  async #check({ what, how, workgroups, elements, expected }: GaugeSpec, run: Gauge["run"]): Promise<void> {
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(this.#out); // so that no gauge passes with another's result
    device.queue.submit([encoder.finish()]);
    await run(1);
    if (expected === undefined) return;
    const written = elements > 0 ? elements : Math.min(COPIED.at(-1)!, workgroups! * 64 * 4);
    for (const first of [0, written - CHECKED]) {
      const values = await this.#read(first, CHECKED);
      for (const [i, value] of values.entries()) {
        const want = expected(first + i);
        if (!(Math.abs(value - want) <= 1e-4 * Math.max(1, Math.abs(want)))) {
          throw new ActigradError(
            "kernel",
            `limits: ${what} ${how} gives ${value} at ${first + i}, not ${want}`,
            { hint: "this adapter returns wrong results" },
          );
        }
      }
    }
  }
}
