export { type AdadeltaOptions, adadelta } from "./adadelta.ts";
export { type AdagradOptions, adagrad } from "./adagrad.ts";
export { type AdamOptions, type MomentOptions, adam, adamW } from "./adam.ts";
export { adamax } from "./adamax.ts";
export { type Clip, clipNorm, clipValue } from "./clip.ts";
export { type GroupOptions, parameterGroup } from "./groups.ts";
export { type LionOptions, lion } from "./lion.ts";
export { type NadamOptions, nadam } from "./nadam.ts";
export {
  type LearningRate,
  type NamedPart,
  type Optimizer,
  type OptimizerOptions,
  type ParameterGroup,
  type UpdateContext,
} from "./optimizer.ts";
export { type PlateauOptions, reduceOnPlateau } from "./plateau.ts";
export { type RmsPropOptions, rmsProp } from "./rmsprop.ts";
export { type Schedule, type Watch } from "./schedule.ts";
export {
  type OneCycleOptions,
  cosine,
  cosineRestarts,
  exponential,
  linearRamp,
  multiStep,
  oneCycle,
  polynomial,
  stepDecay,
  warmup,
} from "./schedules.ts";
export { type Rule, type RuleTools, defineOptimizer } from "./rule.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
export { type OptimizerName, type ScheduleName, optimizers, schedules } from "./names.ts";
