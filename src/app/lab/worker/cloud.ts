import { mat4 } from "wgpu-matrix";
import cloudWgsl from "../../../../shaders/cloud.wgsl?raw";
import type { Gpu } from "../../../index.ts";
import { classColour } from "../../../report/palette.ts";
import type { Components } from "./pca.ts";

/** What the cloud shows: a layer's output for a number of rows, in its buffer on the device. */
export interface CloudSource {
  readonly buffer: GPUBuffer;
  /** The first row shown. */
  readonly from: number;
  readonly rows: number;
  readonly features: number;
  readonly components: Components;
  readonly labels: ArrayLike<number>;
}

/** Floats of the shader's View: matrix, features, pitch, scale, size, first row, and padding to whole slots. */
const VIEW_FLOATS = 24;
/** Radius of a point, as a share of the picture. */
const POINT = 0.013;

/** Pixels along one side of the picture. */
export const CLOUD_SIDE = 448;

/** Called with RGBA, row by row from the top. */
export type OnPixels = (pixels: Uint8ClampedArray<ArrayBuffer>) => void;

/**
 * Draws points in space, directly from training's buffers. Only the picture is read back: it goes to a 2-D canvas of the page,
 * which works on every adapter and in every browser, and can be saved.
 */
export class Cloud {
  readonly #gpu: Gpu;
  readonly #device: GPUDevice;
  readonly #onPixels: OnPixels;
  readonly #picture: GPUTexture;
  readonly #staging: GPUBuffer;
  readonly #pipeline: GPURenderPipeline;
  readonly #view: GPUBuffer;
  readonly #depth: GPUTexture;
  #axes: GPUBuffer | undefined;
  #colours: GPUBuffer | undefined;
  #source: CloudSource | undefined;
  #angles: readonly [turn: number, tilt: number] = [0.6, 0.35];

  #drawing = false;
  #again = false;

  constructor(gpu: Gpu, onPixels: OnPixels) {
    const { device } = gpu;
    const format = "rgba8unorm";
    const size = [CLOUD_SIDE, CLOUD_SIDE];
    this.#gpu = gpu;
    this.#device = device;
    this.#onPixels = onPixels;
    const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC;
    this.#picture = device.createTexture({ label: "cloud", size, format, usage });
    this.#staging = device.createBuffer({
      label: "cloud readback",
      size: CLOUD_SIDE * CLOUD_SIDE * 4,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const module = device.createShaderModule({ label: "cloud", code: cloudWgsl });
    this.#pipeline = device.createRenderPipeline({
      label: "cloud",
      layout: "auto",
      vertex: { module, entryPoint: "point" },
      fragment: { module, entryPoint: "disc", targets: [{ format }] },
      primitive: { topology: "triangle-strip" },
      depthStencil: { format: "depth24plus", depthWriteEnabled: true, depthCompare: "less" },
    });
    this.#view = device.createBuffer({
      label: "cloud view",
      size: VIEW_FLOATS * 4,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#depth = device.createTexture({
      label: "cloud depth",
      size,
      format: "depth24plus",
      usage: GPUTextureUsage.RENDER_ATTACHMENT,
    });
  }

  /** Whether its device is the one that trains; after a loss, a new cloud is drawn on the new device. */
  get isCurrent(): boolean {
    return this.#gpu.device === this.#device;
  }

  show(source: CloudSource): void {
    const { components, features, labels, rows } = source;
    const { axes, mean } = components;
    const flat = new Float32Array(4 * features);
    for (const [k, axis] of [...axes, mean].entries()) flat.set(axis, k * features);
    this.#axes = this.#upload("cloud axes", flat, this.#axes);
    if (this.#source?.labels !== labels || this.#source.rows !== rows) {
      const colours = new Float32Array(4 * rows);
      for (let row = 0; row < rows; row++) {
        const [r, g, b] = classColour(labels[row] ?? 0);
        colours.set([r / 255, g / 255, b / 255, 1], 4 * row);
      }
      this.#colours = this.#upload("cloud colours", colours, this.#colours);
    }
    this.#source = source;
    void this.draw();
  }

  turn(angles: readonly [turn: number, tilt: number]): void {
    this.#angles = angles;
    void this.draw();
  }

  /** Forgets buffers that are about to be freed. */
  clear(): void {
    this.#source = undefined;
  }

  /** Draws, and again if something has changed meanwhile. */
  async draw(): Promise<void> {
    this.#again = true;
    if (this.#drawing) return;
    this.#drawing = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#drawOnce();
      }
    } catch {
      // The training reports a lost device.
    } finally {
      this.#drawing = false;
    }
  }

  async #drawOnce(): Promise<void> {
    const [source, axes, colours] = [this.#source, this.#axes, this.#colours];
    if (source === undefined || axes === undefined || colours === undefined || !this.isCurrent) return;
    const device = this.#device;
    device.queue.writeBuffer(this.#view, 0, this.#viewOf(source));
    const bindGroup = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [this.#view, source.buffer, axes, colours].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      })),
    });
    const encoder = device.createCommandEncoder({ label: "cloud" });
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        {
          view: this.#picture.createView(),
          clearValue: [0, 0, 0, 0],
          loadOp: "clear",
          storeOp: "store",
        },
      ],
      depthStencilAttachment: {
        view: this.#depth.createView(),
        depthClearValue: 1,
        depthLoadOp: "clear",
        depthStoreOp: "discard",
      },
    });
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.draw(4, source.rows);
    pass.end();
    encoder.copyTextureToBuffer(
      { texture: this.#picture },
      { buffer: this.#staging, bytesPerRow: CLOUD_SIDE * 4 },
      [CLOUD_SIDE, CLOUD_SIDE],
    );
    device.queue.submit([encoder.finish()]);
    await this.#gpu.wait(this.#staging.mapAsync(GPUMapMode.READ));
    const pixels = new Uint8ClampedArray(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    this.#onPixels(pixels);
  }

  #viewOf({ features, from, components }: CloudSource): ArrayBuffer {
    const bytes = new ArrayBuffer(VIEW_FLOATS * 4);
    const [floats, words] = [new Float32Array(bytes), new Uint32Array(bytes)];
    const [turn, tilt] = this.#angles;
    const matrix = mat4.perspective(0.7, 1, 0.1, 20);
    mat4.translate(matrix, [0, 0, -4], matrix);
    mat4.rotateX(matrix, tilt, matrix);
    mat4.rotateY(matrix, turn, matrix);
    floats.set(matrix as Float32Array, 0);
    words[16] = features;
    words[17] = Math.ceil(features / 4) * 4;
    floats[18] = 0.6 / Math.max(1e-9, components.spread[0] ?? 1);
    floats[19] = POINT * 4;
    words[20] = from;
    return bytes;
  }

  #upload(label: string, values: Float32Array, before: GPUBuffer | undefined): GPUBuffer {
    const device = this.#device;
    let buffer = before;
    if (buffer === undefined || buffer.size !== values.byteLength) {
      buffer?.destroy();
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
      buffer = device.createBuffer({ label, size: values.byteLength, usage });
    }
    device.queue.writeBuffer(buffer, 0, values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
    return buffer;
  }

  dispose(): void {
    for (const buffer of [this.#view, this.#staging, this.#axes, this.#colours]) buffer?.destroy();
    this.#picture.destroy();
    this.#depth.destroy();
  }
}
