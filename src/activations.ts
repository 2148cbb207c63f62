/**
 * actigrad/activations: all activations (elementwise records, layers over several units, the table by name) and how to define
 * your own. Those with common names (`exp`, `sin`, `threshold`, ...) are exported only here.
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
