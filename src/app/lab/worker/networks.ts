/** A part of the worker that only who wants such a network loads. */
export { network } from "../../../index.ts";
