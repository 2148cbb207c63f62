/** A part of the worker that is loaded when a formula is written. */
export { checkFormula } from "../../../index.ts";
