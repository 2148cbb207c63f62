/** The page's side of the host: how a job is called there, and how it reaches the host's files. */
import { ActigradError } from "../core/errors.ts";
import { fromJson, toJson } from "../core/json.ts";
import {
  fromRecord,
  toRecord,
  type ErrorRecord,
  type Job,
  type JobRequest,
  type JobTable,
  type Outcome,
} from "./job.ts";

declare global {
  interface Window {
    /** Given by the host: takes an event as JSON (core/json.ts). */
    emitEvent(event: string): Promise<void>;
    /** Called by the host: a JobRequest as JSON gives an Outcome as JSON. */
    runJob(request: string): Promise<string>;
    /** Called by the host on Ctrl-C. */
    abortJob(): void;
  }
}

/** Makes a table of jobs callable by the host, one at a time. */
export function offerJobs(jobs: JobTable): void {
  let abort = new AbortController();
  window.abortJob = () => abort.abort();
  window.runJob = async (text) => {
    abort = new AbortController();
    const request = fromJson(text) as JobRequest;
    return toJson(await perform(jobs[request.name]!, request, abort.signal));
  };
}

async function perform(
  job: Job<never, unknown, unknown>,
  request: JobRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const { name: _, options, ...about } = request;
  let told = Promise.resolve();
  try {
    if (!("gpu" in navigator)) throw new ActigradError("no-gpu", "this browser has no WebGPU");
    const value = await job(
      {
        ...about,
        gpu: navigator.gpu,
        target: "chrome",
        signal,
        emit: (event) => void (told = window.emitEvent(toJson(event))),
        read: async (path) => (await bytesOf(askHost("file", path))) ?? new Uint8Array(),
        write: async (path, bytes) => void (await askHost("file", path, bytes)),
        kept: {
          get: (name) => bytesOf(askHost("kept", name)),
          put: async (name, bytes) => void (await askHost("kept", name, bytes)),
        },
      },
      options as never,
    );
    await told; // the host has heard everything before it gets the result
    return { value };
  } catch (error) {
    return { error: toRecord(error) };
  }
}

/** Asks the server that this page came from for bytes by their name, or gives it some. */
async function askHost(
  what: "file" | "kept",
  name: string,
  body?: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const request = body === undefined ? {} : { method: "PUT", body };
  const response = await fetch(`${what}?name=${encodeURIComponent(name)}`, request);
  if (!response.ok) throw fromRecord(fromJson(await response.text()) as ErrorRecord);
  return response;
}

/** Undefined where there are none of that name. */
async function bytesOf(answer: Promise<Response>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await answer;
  return response.status === 204 ? undefined : new Uint8Array(await response.arrayBuffer());
}
