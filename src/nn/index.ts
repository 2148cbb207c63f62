export { type Parts, concat, recompute, residual } from "./blocks.ts";
export { type KanOptions, kan } from "./kan.ts";
export { type EmbeddingOptions, embedding } from "./embedding.ts";
export { dropout } from "./dropout.ts";
export { type Conv1dOptions, type Conv2dOptions, conv1d, conv2d } from "./conv.ts";
export { type ConvTranspose2dOptions, convTranspose2d, upsample } from "./conv-transpose.ts";
export {
  type MultiheadOptions,
  type MultiheadSite,
  type RotaryOptions,
  alibiSlopes,
  attendTo,
  multiheadAttention,
} from "./sequence/attention.ts";
export {
  type RecurrentNodes,
  type RecurrentOptions,
  type RecurrentSite,
  type RnnOptions,
  gru,
  lstm,
  recur,
  rnn,
} from "./sequence/recurrent.ts";
export { type GptOptions, type RecurrentModelOptions, gpt, gptInit, recurrentModel } from "./sequence/gpt.ts";
export { everyPlace } from "./sequence/every-place.ts";
export { tiedOutput } from "./sequence/output.ts";
export { type SinusoidalOptions, learnedPositions, sinusoidalPositions } from "./sequence/positions.ts";
export { type TransformerOptions, transformerBlock } from "./sequence/transformer.ts";
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
} from "./grouped.ts";
export {
  type Fan,
  type FanMode,
  type Gain,
  type Initializer,
  type TruncatedNormalOptions,
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
export {
  type BiasOptions,
  type BuildContext,
  type Layer,
  type Parameter,
  type ParameterView,
  type Part,
  type Recipe,
  type Update,
  type WeightOptions,
} from "./layer.ts";
export { type BuiltLayer } from "./chain.ts";
export { type LayerContext, type LayerSpec, type ParameterSpec, defineLayer } from "./define-layer.ts";
export { linear } from "./linear.ts";
export { type Loss, type LossOptions, type LossSpec, type Reduction, defineLoss, lossOf } from "./loss.ts";
export * from "./losses/index.ts";
export {
  type NetworkName,
  type NetworkSpec,
  type NormName,
  network,
  networkNames,
  normNames,
} from "./networks.ts";
export { matchParameters, parameterCount } from "./match-parameters.ts";
export { type InitName, initNames, parseInit } from "./init-names.ts";
export { type MlpSpec, mlp } from "./mlp.ts";
export { parseActivation } from "./parse.ts";
export { type BuiltModel, type Model, sequential } from "./sequential.ts";
export { type Segments } from "./chain.ts";
export { type Recompute, withinBytes } from "./segments.ts";
export { type LayerSummary, type ModelSummary, type SummaryOptions, summary } from "./summary.ts";
