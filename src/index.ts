/** actigrad: a neural-network training engine on WebGPU whose speciality is the activation function. */
export { ActigradError, type ErrorCode } from "./core/errors.ts";
export {
  type FlagOption,
  type NamedChoice,
  type NamedMaker,
  type NumberOption,
  type NumbersOption,
  type Option,
  type OptionTable,
  type OptionValue,
  type OptionValues,
  type WordOption,
  type WordsOption,
} from "./core/options.ts";
export { type DType, type Shape, type StoredType, type TensorType } from "./core/shape.ts";
export { type Spread } from "./core/statistics.ts";
export {
  type Activation,
  type ActivationCheck,
  type ActivationContext,
  type ActivationForms,
  type ActivationLayer,
  type ActivationName,
  type ActivationOptions,
  type ActivationParam,
  type ActivationSpec,
  type ParamValues,
  activations,
  checkActivation,
  defineActivation,
  findActivation,
  resolveParams,
  savedDerivative,
} from "./activations/index.ts";
export {
  relu,
  relu6,
  leakyRelu,
  prelu,
  rrelu,
  elu,
  selu,
  celu,
  gelu,
  geluTanh,
  silu,
  swish,
  mish,
  softplus,
  softsign,
  tanh,
  sigmoid,
  logsigmoid,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardshrink,
  softshrink,
  tanhshrink,
  squaredRelu,
  elish,
  logish,
  smish,
  isru,
  bentIdentity,
} from "./activations/records/index.ts"; // all others: actigrad/activations
export * from "./activations/formula/index.ts";
export { type AdapterInfo } from "./core/adapter.ts";
export { type DeviceOptions, Gpu, device } from "./device/context.ts";
export { Executor, type ExecutorOptions, MAX_STEPS } from "./device/executor.ts";
export { planTarget } from "./device/target.ts";
export { type HostArray } from "./device/layout.ts";
export { Storage } from "./device/storage.ts";
export { Graph, type Node, type Op, type Saved, type Segment, type StepValues } from "./graph/graph.ts";
export { type Precision, mixed } from "./graph/mixed.ts";
export { segmentOf } from "./graph/recompute.ts";
export { printGraph } from "./graph/print.ts";
export { type Dispatch, type Plan, type PlanBuffer, type PlanMemory } from "./compile/plan.ts";
export { type MatmulForm, type MatmulSizes } from "./graph/ops/matmul.ts";
export { type PlanOptions } from "./compile/lower.ts";
export { checkPlan, makePlan } from "./compile/make-plan.ts";
export * from "./nn/index.ts";
export { type DerivativeOptions, type ModelLossSite, derivative, modelLoss } from "./nn/model-loss.ts";
export { type AvgPoolOptions, type PoolOptions } from "./graph/ops/pool.ts";
export { type PairOption, type WindowOptions } from "./graph/ops/window.ts";
export * from "./optim/index.ts";
export {
  type InspectOptions,
  Inspection,
  type LayerActivity,
  type ProbeFigures,
  inspect,
} from "./train/inspect/inspect.ts";
export {
  type OtherActivity,
  type Probe,
  type ProbeContext,
  type ProbedLayer,
  defineProbe,
  probes,
} from "./train/inspect/probes/index.ts";
export { Trainer, type EvaluateOptions, type Prediction, type TrainerOptions } from "./train/trainer.ts";
export { type Recovered, type Recovery, type RecoveryOptions, recovery } from "./train/recovery.ts";
export { type OfReplica, type ReplicaPrediction, replicaOf } from "./train/replica-of.ts";
export { type Evaluation } from "./train/evaluation.ts";
export { type LayerVariance, type UnitVarianceOptions, unitVariance } from "./train/unit-variance.ts";
export { type Tiles, checkTiles, choiceOf, tileKey } from "./measure/tune/tiles.ts";
export { type TuneOptions, type TuneResult, type TunedProduct, tune } from "./measure/tune/tune.ts";
export { type MatmulTile, type TileChoice } from "./compile/kernels/target.ts";
export { type Checkpoint, type Position, restoreCheckpoint, takeCheckpoint } from "./train/checkpoint.ts";
export { type TrainingGraph } from "./train/step.ts";
export { type Judged, type Metric, type MetricValues, type Metrics } from "./train/metric.ts";
export { confusion, meanAbsoluteError, meanSquaredError, r2, topK } from "./train/metrics.ts";
export { setParams } from "./train/set-params.ts";
export { type UpdateOptions } from "./train/update.ts";
export { type Batch, type Batches } from "./train/batch.ts";
export {
  type FitValidatedOptions,
  type FitValidatedResult,
  type ValidationPoint,
  fitValidated,
} from "./train/fit-validated.ts";
export { type TrainStepOptions, fitBatches, trainStep } from "./train/feed.ts";
export { type Gradients, gradients } from "./train/gradients.ts";
export { type Watchdog, type WatchdogOptions, watchdog } from "./train/watchdog.ts";
export { type FitOptions, type FitResult, type Progress } from "./train/fit.ts";
export { type LimitsObserver, ceilingsOf, measureLimits } from "./measure/limits/measure.ts";
export {
  type Ceiling,
  type Ceilings,
  type CopyLimit,
  type LimitsOptions,
  type LimitsResult,
} from "./measure/limits/result.ts";
export {
  type DispatchProfile,
  type Profile,
  type ProfileOptions,
  type Rates,
  profile,
} from "./measure/profile/profile.ts";
export { type Trace, type TraceEvent, traceOf } from "./measure/profile/trace.ts";
export { printLayers, printPlan } from "./compile/print.ts";
export {
  type ClassDataset,
  type Dataset,
  type Normalise,
  type Numbers,
  type RawDataset,
  type Samples,
  type ValueDataset,
  featuresOf,
  outputsOf,
  sampleSize,
  selectRows,
  stepsPerEpoch,
} from "./data/dataset.ts";
export { type DatasetHost } from "./data/host.ts";
export { type LoadOptions, type LoadedData } from "./data/loaded.ts";
export { datasetNames, loadDataset } from "./data/load.ts";
export { type NewRows, type NewRowsOptions, loadNewRows } from "./data/new-rows.ts";
export { type DataDescription, type NamedRange, describeData } from "./data/describe.ts";
export { type CsvOptions, fromCsv } from "./data/from-csv.ts";
export { type Column } from "./data/formats/table.ts";
export { type Decimal } from "./data/formats/field.ts";
export { type Delimiter } from "./data/formats/csv.ts";
export { type DatasetOptions, type NestedNumbers, dataset } from "./data/from-arrays.ts";
export {
  type ReadLike,
  type Scaling,
  type StandardiseOptions,
  applyScaling,
  standardise,
} from "./data/prepare.ts";
export { type Split, type SplitOptions, split } from "./data/split.ts";
export { describeSynthetic, synthetic } from "./data/synthetic.ts";
export { type Standardisation, restoreColumns, standardiseColumns } from "./data/normalise.ts";
export { type TensorFile, readSafetensors, writeSafetensors } from "./data/formats/safetensors.ts";
export {
  type StoredDtype,
  type Tensor,
  type TensorValues,
  type Weights,
  tensorFloat32,
} from "./data/formats/tensor.ts";
export { type OutputKind, type StoredCheckpoint } from "./data/formats/model-file.ts";
export { type SaveOptions, save } from "./train/save.ts";
export { type ReadPart, type ForeignModel, type FilePart, loadHuggingFace } from "./train/hugging-face.ts";
export { type LoadModelOptions, type SavedModel, load } from "./train/load.ts";
export { type OwnRecords } from "./nn/layers-from-records.ts";
export { type Predicted, Predictor, type PredictorOptions, probabilitiesOf } from "./train/predictor.ts";
export { bpeTokenizer, trainBpe } from "./data/text/bpe.ts";
export { type TextParts, textParts } from "./data/text/parts.ts";
export { readTokenizerJson, tokenizerOf } from "./data/text/read-tokenizer.ts";
export {
  type Tokenizer,
  type TokenizerRecord,
  byteTokenizer,
  characterTokenizer,
} from "./data/text/tokenizer.ts";
export { Decoder } from "./train/decode.ts";
export { type GenerateOptions, type SampleOptions, drawToken, generate } from "./train/sample.ts";
export { type TokenOptions, tokenDataset } from "./train/tokens.ts";
