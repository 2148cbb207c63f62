import { ActigradError } from "../core/errors.ts";
import { type Kernel, isWritten } from "../compile/kernels/kernel.ts";

/** A compiled kernel and the layout that its bind groups follow. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What compiling needs from a device. */
export interface Compiler {
  readonly device: GPUDevice;
  readonly counts: { pipelines: number };
  /** Waits for a promise of the device. @throws the error that made the device unusable, if any */
  wait<T>(promise: Promise<T>): Promise<T>;
}

/**
 * Pipelines by their WGSL: shapes are kept out of the text, so layers of the same kind share one. Layouts are explicit and shared
 * too, which keeps compiling cheap. Pipelines compile asynchronously and in parallel.
 */
export class PipelineCache {
  readonly #gpu: Compiler;
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<Pipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(gpu: Compiler) {
    this.#gpu = gpu;
    this.#device = gpu.device;
  }

  /** The pipeline of a kernel. @throws ActigradError "kernel" with line, column and source of the rejected WGSL */
  get(kernel: Kernel, label: string): Promise<Pipeline> {
    let pipeline = this.#pipelines.get(kernel.wgsl);
    if (pipeline === undefined) {
      pipeline = this.#compile(kernel, label);
      this.#pipelines.set(kernel.wgsl, pipeline);
    }
    return pipeline;
  }

  async #compile(kernel: Kernel, label: string): Promise<Pipeline> {
    const { counts } = this.#gpu;
    const device = this.#device;
    const layout = this.#layout(kernel);
    counts.pipelines++;
    // The scope keeps a rejected kernel from counting as a device failure: it is thrown here instead.
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label, code: kernel.wgsl });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    const compute = { module, entryPoint: "main" };
    const compiling = device.createComputePipelineAsync({ label, layout: pipelineLayout, compute });
    void device.popErrorScope();
    try {
      return { pipeline: await this.#gpu.wait(compiling), layout };
    } catch (cause) {
      if (cause instanceof ActigradError) throw cause; // of the device
      throw await compileError(module, kernel.wgsl, label, cause);
    }
  }

  #layout({ usesStep, bindings }: Kernel): GPUBindGroupLayout {
    const key = `${usesStep} ${bindings.map((b) => (isWritten(b) ? "w" : "r")).join("")}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const visibility = 4; // GPUShaderStage.COMPUTE, a global that Node lacks
      const entries: GPUBindGroupLayoutEntry[] = [{ binding: 0, visibility, buffer: { type: "uniform" } }];
      if (usesStep)
        entries.push({ binding: 1, visibility, buffer: { type: "uniform", hasDynamicOffset: true } });
      for (const [i, binding] of bindings.entries()) {
        const type = isWritten(binding) ? "storage" : "read-only-storage";
        entries.push({ binding: i + 2, visibility, buffer: { type } });
      }
      layout = this.#device.createBindGroupLayout({ label: key, entries });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

/** `line:column message` with the source line below, for every message of the compiler. */
async function compileError(
  module: GPUShaderModule,
  wgsl: string,
  label: string,
  cause: unknown,
): Promise<ActigradError> {
  const { messages } = await module.getCompilationInfo();
  const lines = wgsl.split("\n");
  const told = messages
    .filter((m) => m.type === "error")
    .map((m) => `${m.lineNum}:${m.linePos} ${m.message}\n  ${lines[m.lineNum - 1]?.trim() ?? ""}`);
  const reason = told.length > 0 ? told.join("\n") : cause instanceof Error ? cause.message : String(cause);
  return new ActigradError("kernel", `${label}: the device rejects this kernel: ${reason}`, { wgsl, cause });
}
