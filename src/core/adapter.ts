/** The adapter that did the work, for every claim about speed or exactness. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True for adapters that compute on the CPU (SwiftShader, llvmpipe, WARP). */
  readonly software: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|warp|basic render|software/i;

/** Whether an adapter computes on the CPU, according to its own description. */
export const isSoftware = (
  info: Readonly<Record<"vendor" | "architecture" | "description" | "device", string>>,
): boolean => SOFTWARE.test([info.vendor, info.architecture, info.description, info.device].join(" "));
