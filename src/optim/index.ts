export { type AdamOptions, adam, adamW } from "./adam.ts";
export { type LearningRate, type Optimizer } from "./optimizer.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
