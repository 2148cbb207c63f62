export { type LearnOptions, activate } from "./activate.ts";
export { concat, residual } from "./blocks.ts";
export { dropout } from "./dropout.ts";
export { type Conv2dOptions, conv2d } from "./conv.ts";
export { flatten, reshape, unflatten } from "./image.ts";
export {
  type BatchNormOptions,
  type NormOptions,
  batchNorm1d,
  batchNorm2d,
  groupNorm,
  layerNorm,
  rmsNorm,
} from "./norm.ts";
export { avgPool2d, globalAvgPool2d, maxPool2d } from "./pool.ts";
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
export {
  type Fan,
  type FanMode,
  type Initializer,
  gainOf,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  orthogonal,
  truncatedNormal,
  zeros,
} from "./init.ts";
export { type Layer, type Parameter, type ParameterView } from "./layer.ts";
export { linear } from "./linear.ts";
export { type Loss, type LossOptions, type Reduction, lossOf } from "./loss.ts";
export * from "./losses/index.ts";
export {
  type NetworkName,
  type NetworkSpec,
  type NormName,
  network,
  networkNames,
  normNames,
} from "./networks.ts";
export { type InitName, type MlpSpec, initNames, mlp } from "./mlp.ts";
export { parseActivation } from "./parse.ts";
export { type Model, sequential } from "./sequential.ts";
export { type LayerSummary, type ModelSummary } from "./summary.ts";
