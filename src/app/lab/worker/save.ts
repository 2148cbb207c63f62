/** A part of the worker that only who takes a model away loads. */
export { save } from "../../../index.ts";
