/** The page's side of the host: lets the host call jobs, and jobs access the host's files. */
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
    /** Provided by the host: receives an event as JSON (core/json.ts). */
    emitEvent(event: string): Promise<void>;
    /** Called by the host with a JobRequest as JSON; returns an Outcome as JSON. */
    runJob(request: string): Promise<string>;
    /** Called by the host on Ctrl-C. */
    abortJob(): void;
  }
}

/** Lets the host call the jobs of a table, one at a time. */
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
    await told; // all events arrive before the result
    return { value };
  } catch (error) {
    return { error: toRecord(error) };
  }
}

/** Reads bytes by name from the page's server, or writes them. */
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

/** Undefined if there are no bytes of that name. */
async function bytesOf(answer: Promise<Response>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await answer;
  return response.status === 204 ? undefined : new Uint8Array(await response.arrayBuffer());
}
