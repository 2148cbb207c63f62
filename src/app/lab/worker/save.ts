/** A part of the worker that is loaded when a model is saved. */
export { save } from "../../../index.ts";
