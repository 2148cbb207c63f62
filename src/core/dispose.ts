/// <reference lib="esnext.disposable" preserve="true" />
import { ActigradError } from "./errors.ts";

/**
 * The key of the method by which `using` frees what it holds. Where a browser has no `Symbol.dispose`, it is the symbol that
 * compilers put in its place.
 */
export const disposeKey: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** The error of a call after `dispose`. @param what `this trainer` */
export const disposedError = (what: string): ActigradError =>
  new ActigradError("disposed", `${what} was disposed of`, { hint: "make a new one" });
