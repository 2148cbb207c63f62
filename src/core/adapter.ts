/** Who computes, for every claim about speed or exactness. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** True for adapters that compute on the CPU (SwiftShader, llvmpipe, WARP). */
  readonly software: boolean;
}
