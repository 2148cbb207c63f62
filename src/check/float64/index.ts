/** The float64 side of actigrad: what every kernel is checked against. A separate entry, so that training carries none. */
export { type Environment, evaluate, interpret } from "./interpret.ts";
export { type Comparison, type Tolerance, compare, relativeToMax, ulpDistance } from "./compare.ts";
export * from "../validate/index.ts";
export { type CertifyActivationOptions, certifyActivation } from "../certificate/own.ts";
export type { CaseResult, FormResult, Forms, Sample, Worst } from "../certificate/result.ts";
export { referenceOf } from "./table.ts";
export type { RefArray, RefTensor, Reference } from "../../graph/graph.ts";
