/** A part of the worker that is loaded when such a network is wanted. */
export { network } from "../../../index.ts";
