export { type LearnOptions, activate } from "./activate.ts";
export {
  type GateOptions,
  type GroupedActivationName,
  type MaxoutOptions,
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
} from "./grouped.ts";
export { type Initializer, glorotUniform, heNormal, lecunNormal, zeros } from "./init.ts";
export { type Layer, type Parameter, type ParameterView } from "./layer.ts";
export { linear } from "./linear.ts";
export { type Loss, type LossOptions, type Reduction, lossOf } from "./loss.ts";
export * from "./losses/index.ts";
export { type InitName, type MlpSpec, initNames, mlp } from "./mlp.ts";
export { parseActivation } from "./parse.ts";
export { type Model, sequential } from "./sequential.ts";
