/**
 * actigrad/reference: the float64 side that every kernel is checked against. A separate entry point, so that training does not
 * carry it.
 */
export { type Environment, evaluate, interpret } from "./interpret.ts";
export { type Comparison, type Tolerance, compare, relativeToMax, ulpDistance } from "./compare.ts";
export * from "../validate/index.ts";
export { type CertifyActivationOptions, certifyActivation } from "../certificate/own.ts";
export type { CaseResult, FormResult, Forms, Sample, Worst } from "../certificate/result.ts";
export { referenceOf } from "./table.ts";
export type { RefArray, RefTensor, Reference } from "../../graph/graph.ts";
