import { ActigradError } from "../../core/errors.ts";
import { device, type AdapterInfo } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";

export interface DoctorResult {
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** How many results of a kernel were checked, and found right. */
  readonly checked: number;
  /** The browser's path, and the flags that give it WebGPU. */
  readonly browser?: string;
  readonly flags?: readonly string[];
  /** What keeps this machine from using a GPU, if a software adapter computes. */
  readonly obstacles?: readonly string[];
}

/** Opens a device, checks that it computes, and reports what the adapter offers. */
export async function doctor(context: JobContext<never>, _options: object): Promise<DoctorResult> {
  const opened = await device({ gpu: context.gpu });
  const adapter = await context.gpu.requestAdapter({ powerPreference: "high-performance" });
  const checked = await runKernel(opened.device).finally(() => opened.dispose());
  if (adapter === null) throw new ActigradError("no-gpu", "the adapter went away");
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value: unknown = Reflect.get(adapter.limits, name);
    if (typeof value === "number") limits[name] = value;
  }
  const { host } = context;
  return { host, adapter: opened.adapter, features: [...adapter.features].toSorted(), limits, checked };
}

/** Squares whole numbers on the device, which float32 holds exactly. @throws ActigradError "kernel" for a wrong one */
async function runKernel(device: GPUDevice): Promise<number> {
  const count = 1024;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const code = `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = f32(id.x) * f32(id.x); }`;
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });
  const size = 4 * count;
  const y = device.createBuffer({ label: "doctor", size, usage: STORAGE | COPY_SRC });
  const copy = device.createBuffer({ label: "doctor, read back", size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [{ binding: 0, resource: { buffer: y } }];
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(count / 64);
  pass.end();
  encoder.copyBufferToBuffer(y, 0, copy, 0, size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(copy.getMappedRange());
  const wrong = values.findIndex((value, i) => value !== i * i);
  if (wrong >= 0)
    throw new ActigradError("kernel", `a kernel gave ${values[wrong]} for the square of ${wrong}`, {
      hint: "update the graphics driver, or use --gpu software",
    });
  return count;
}
