/** A part of the worker that only who writes a formula loads. */
export { checkFormula } from "../../../index.ts";
