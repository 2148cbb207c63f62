import type { Window } from "../../../graph/ops/window.ts";

/** How a window moves, by the names that kernels use; the height of its kernel is declared by those that need it. */
export const windowDims = ({ kernel, stride, padding, dilation }: Window): Record<string, number> => ({
  kernel_x: kernel[1],
  stride_y: stride[0],
  stride_x: stride[1],
  padding_y: padding[0],
  padding_x: padding[1],
  dilation_y: dilation[0],
  dilation_x: dilation[1],
});
