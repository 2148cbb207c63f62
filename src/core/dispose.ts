/// <reference lib="esnext.disposable" preserve="true" />
import { ActigradError } from "./errors.ts";

/**
 * The key of the method that `using` calls. If a browser has no `Symbol.dispose`, it is the symbol that compilers use instead.
 */
export const disposeKey: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** The error of a call after `dispose`. @param what for example `this trainer` */
export const disposedError = (what: string): ActigradError =>
  new ActigradError("disposed", `${what} was disposed of`, { hint: "make a new one" });
