/** Compiles WGSL and runs a pipeline once on given buffers. */
import { ActigradError } from "../../core/errors.ts";
import { testDevice } from "./device.ts";

/** A buffer of a kernel: its contents before the run, and whether it is read back. */
export interface Bound {
  readonly group: number;
  readonly binding: number;
  readonly name: string;
  readonly type: GPUBufferBindingType;
  readonly data: ArrayBufferView<ArrayBuffer>;
}

export type Workgroups = readonly [x: number, y: number, z: number];

interface Made {
  readonly device: GPUDevice;
  readonly layouts: readonly GPUBindGroupLayout[];
  readonly pipeline: GPUComputePipeline;
}

/** A pipeline for one entry point, recreated on another device after a loss. */
export class Compiled {
  readonly #source: string;
  readonly #entryPoint: string;
  /** Number of lines of the user's source; generated lines follow. */
  readonly #ownLines: number;
  #made: Made | undefined;

  constructor(source: string, entryPoint: string, ownLines = Infinity) {
    this.#source = source;
    this.#entryPoint = entryPoint;
    this.#ownLines = ownLines;
  }

  /** Runs the pipeline once. Returns the bytes of the buffers read back, by name. */
  async run(bounds: readonly Bound[], workgroups: Workgroups): Promise<Map<string, ArrayBuffer>> {
    const device = await testDevice();
    const { pipeline, layouts } = await this.make(device, bounds);
    const buffers: GPUBuffer[] = [];
    const create = (label: string, size: number, usage: number): GPUBuffer => {
      const buffer = device.createBuffer({ label, size, usage });
      buffers.push(buffer);
      return buffer;
    };
    const { STORAGE, UNIFORM, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    try {
      device.pushErrorScope("validation");
      device.pushErrorScope("out-of-memory");
      const encoder = device.createCommandEncoder({ label: this.#entryPoint });
      const inputs = bounds.map(({ name, type, data }) => {
        const size = Math.max(16, Math.ceil(data.byteLength / 16) * 16);
        const buffer = create(name, size, (type === "uniform" ? UNIFORM : STORAGE) | COPY_DST | COPY_SRC);
        const bytes = new Uint8Array(size);
        bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        device.queue.writeBuffer(buffer, 0, bytes);
        // An array's length is the given one, not the padded one.
        return { buffer, bytes: Math.max(4, Math.ceil(data.byteLength / 4) * 4), type };
      });
      const pass = encoder.beginComputePass({ label: this.#entryPoint });
      pass.setPipeline(pipeline);
      for (const [group, layout] of layouts.entries()) {
        const entries = bounds.flatMap(({ group: own, binding }, i) => {
          const { buffer, bytes, type } = inputs[i]!;
          const size = type === "uniform" ? buffer.size : bytes;
          return own === group ? [{ binding, resource: { buffer, size } }] : [];
        });
        pass.setBindGroup(group, device.createBindGroup({ layout, entries }));
      }
      pass.dispatchWorkgroups(...workgroups);
      pass.end();
      const outputs = bounds.flatMap(({ name, type, data }, i) => {
        if (type !== "storage") return [];
        const size = inputs[i]!.bytes;
        const copy = create(`${name}, read back`, size, MAP_READ | COPY_DST);
        encoder.copyBufferToBuffer(inputs[i]!.buffer, 0, copy, 0, size);
        return [{ name, copy, length: data.byteLength }];
      });
      device.queue.submit([encoder.finish()]);
      const refused = [await device.popErrorScope(), await device.popErrorScope()].find(
        (error) => error !== null,
      );
      if (refused !== undefined)
        throw new ActigradError(
          "kernel",
          `${this.#entryPoint}: WebGPU refused to run it: ${refused.message}`,
        );
      const read = new Map<string, ArrayBuffer>();
      for (const { name, copy, length } of outputs) {
        await copy.mapAsync(GPUMapMode.READ);
        read.set(name, copy.getMappedRange().slice(0, length));
      }
      return read;
    } catch (error) {
      if (error instanceof ActigradError) throw error;
      throw new ActigradError("device-lost", `${this.#entryPoint}: the device was lost while it ran`, {
        cause: error,
      });
    } finally {
      for (const buffer of buffers) buffer.destroy();
    }
  }

  /** @throws ActigradError "kernel" with the line that the compiler rejects */
  async make(device: GPUDevice, bounds: readonly Omit<Bound, "data">[]): Promise<Made> {
    if (this.#made?.device === device) return this.#made;
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ code: this.#source });
    const scope = device.popErrorScope();
    const { messages } = await module.getCompilationInfo();
    await scope;
    const fault = messages.find(({ type }) => type === "error");
    if (fault !== undefined) throw this.#rejected(fault);
    const groups = 1 + Math.max(-1, ...bounds.map(({ group }) => group));
    const layouts = Array.from({ length: groups }, (_, group) =>
      device.createBindGroupLayout({
        entries: bounds
          .filter((bound) => bound.group === group)
          .map(({ binding, type }) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
      }),
    );
    try {
      const pipeline = await device.createComputePipelineAsync({
        label: this.#entryPoint,
        layout: device.createPipelineLayout({ bindGroupLayouts: layouts }),
        compute: { module, entryPoint: this.#entryPoint },
      });
      return (this.#made = { device, layouts, pipeline });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ActigradError("kernel", `${this.#entryPoint} gives no pipeline: ${why}`, { cause });
    }
  }

  #rejected({ lineNum, linePos, message }: GPUCompilationMessage): ActigradError {
    const line = this.#source.split("\n")[lineNum - 1] ?? "";
    const own = lineNum <= this.#ownLines;
    const number = own ? `${lineNum} | ` : "call | ";
    const text = [
      own ? `WGSL, line ${lineNum}: ${message}` : `WGSL rejects the call: ${message}`,
      `${number}${line}`,
      `${" ".repeat(number.length + Math.max(0, linePos - 1))}^`,
    ].join("\n");
    return new ActigradError("kernel", text, {
      line: lineNum,
      column: linePos,
      ...(own ? {} : { hint: "does the signature match the function?" }),
    });
  }
}
