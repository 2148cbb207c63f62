/// <reference types="vite/client" />

// A shader is imported as text: import prelude from "../../shaders/prelude.wgsl?raw";
declare module "*.wgsl?raw" {
  const wgsl: string;
  export default wgsl;
}

// Dawn for Node: an optional package of 132 MB, installed when wanted (npm i --no-save webgpu).
declare module "webgpu" {
  /** What WebGPU code expects as globals: GPUBufferUsage, GPUMapMode and so on. */
  export const globals: Record<string, unknown>;
  /** `options` such as "backend=vulkan"; each call starts an instance of its own. */
  export function create(options: readonly string[]): GPU;
}
