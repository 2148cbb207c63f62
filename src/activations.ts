/**
 * actigrad/activations: all activations - records of one unit each, layers over several, the table by name - and how to
 * define another. Those whose names are words of their own (`exp`, `sin`, `threshold`, ...) come from here only.
 */
export * from "./activations/index.ts";
export * from "./activations/formula/index.ts";
export {
  type GateOptions,
  type GroupedActivation,
  type GroupedActivationName,
  type MaxoutOptions,
  type Sizable,
  type SoftmaxOptions,
  bilinear,
  crelu,
  gated,
  geglu,
  gegluTanh,
  glu,
  groupedActivations,
  logSoftmax,
  maxout,
  reglu,
  softmax,
  softmin,
  swiglu,
} from "./nn/grouped.ts";
export { parseActivation } from "./nn/parse.ts";
