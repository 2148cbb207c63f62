/** The computing side: takes jobs from BullMQ's queue, one at a time, until it is stopped. */
import { hostname } from "node:os";
import type { Job, Worker } from "bullmq";
import { ActigradError } from "../../../core/errors.ts";
import { toJson } from "../../../core/json.ts";
import type { KeptHost } from "../../../host/host.ts";
import { type ErrorRecord, toRecord } from "../../../host/job.ts";
import type { Jobs } from "../../jobs/index.ts";
import { version } from "../../../../package.json";
import { type JobResult, MOST_KILLS, type SweepJob, checkJob } from "../job.ts";
import { type Where, outcomeOf } from "./outcome.ts";
import { type Payload, QUEUE, type Redis } from "./redis.ts";

/** What a worker does, as it reports to the server. */
export interface WorkerState {
  readonly worker: string;
  readonly share: number;
}

/** Milliseconds between progress reports. */
const TELL_MS = 1000;
/** Missed heartbeats after which a job is given to another worker. */
const BEATS = 3;
/** Failures that another worker may not have: one with more memory, or with the dataset. */
const elsewhere: readonly (string | undefined)[] = ["limit", "data"];

export interface WorkerObserver {
  readonly signal: AbortSignal;
  /** Called with each job that ends here. */
  onJob(job: string, what: string): void;
  onTrouble(text: string): void;
}

/**
 * Works until the signal aborts; the job under way is then returned.
 * @param heartbeat seconds between signs of life
 * @throws ActigradError "no-gpu" if nothing can be computed here
 */
export async function serveQueue(
  { bullmq, connection }: Redis,
  host: KeptHost<Jobs>,
  where: Where,
  heartbeat: number,
  { signal, onJob, onTrouble }: WorkerObserver,
): Promise<void> {
  const name = `${hostname()}-${process.pid}`;
  const { UnrecoverableError, WaitingError } = bullmq;
  let useless: unknown;
  const broken = new AbortController();
  const ended = AbortSignal.any([signal, broken.signal]);

  const putBack = async (job: Job, token: string | undefined): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  const fail = async (job: Job, error: ErrorRecord, again: boolean): Promise<never> => {
    const { code, message, hint } = error;
    await job.log(`${name}: ${message}`.slice(0, 1000));
    onJob(job.id ?? "", `${again ? "gave up" : "refused"}: ${message}`);
    const reason = toJson({ code, message, ...(hint !== undefined && { hint }) });
    throw again ? new Error(reason) : new UnrecoverableError(reason);
  };
  const work = async (job: Job<Payload, string>, token?: string): Promise<string> => {
    const begin = performance.now();
    let toldAt = -Infinity;
    const tell = (share: number): void => {
      if (performance.now() - toldAt < TELL_MS) return;
      toldAt = performance.now();
      job.updateProgress({ worker: name, share } satisfies WorkerState).catch(() => undefined); // the next report may get through
    };
    let checked: SweepJob;
    try {
      checked = checkPayload(job.data);
    } catch (error) {
      const record = toRecord(error);
      return fail(job, record, record.code === "limit");
    }
    await job.log(`${name} took it`);
    let outcome: Awaited<ReturnType<typeof outcomeOf>>;
    try {
      outcome = await outcomeOf(host, checked, { ...where, signal: ended }, tell);
    } catch (error) {
      useless = error;
      broken.abort();
      return putBack(job, token);
    }
    if (outcome === undefined) return putBack(job, token);
    if ("killed" in outcome) return fail(job, outcome.killed, true);
    if ("error" in outcome) return fail(job, outcome.error, elsewhere.includes(outcome.error.code));
    onJob(job.id ?? "", `done in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    return toJson(outcome satisfies JobResult);
  };

  const beats = Math.round(BEATS * heartbeat * 1000);
  const worker = new bullmq.Worker<Payload, string>(QUEUE, work, {
    connection,
    name,
    concurrency: 1,
    lockDuration: beats,
    lockRenewTime: Math.round(beats / BEATS),
    stalledInterval: beats,
    maxStalledCount: MOST_KILLS - 1,
  });
  let last = "";
  worker.on("error", ({ message }) => {
    if (message !== last) onTrouble(message); // keeps trying to reach a server that is gone
    last = message;
  });
  try {
    if (!ended.aborted)
      await new Promise((resolve) => ended.addEventListener("abort", resolve, { once: true }));
  } finally {
    await closeWorker(worker);
  }
  if (useless !== undefined) throw useless;
}

/** Milliseconds that the server may take to learn that a worker leaves. */
const FAREWELL_MS = 5000;

async function closeWorker(worker: Worker): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<"late">((resolve) => {
    late = setTimeout(() => resolve("late"), FAREWELL_MS);
  });
  const end = await Promise.race([worker.close(), patience]);
  clearTimeout(late);
  if (end !== "late") return;
  // The server is gone: give up what waits for it.
  worker.client.then(
    (client) => client.disconnect(),
    () => undefined,
  );
}

/** @throws ActigradError "limit" for a job of another version, which such a worker may take; otherwise as `checkJob` */
function checkPayload(data: unknown): SweepJob {
  const { version: theirs, job } = (data ?? {}) as Partial<Payload>;
  const checked = checkJob(job);
  if (theirs === version) return checked;
  throw new ActigradError(
    "limit",
    `job: expected one of actigrad ${version}, got ${String(theirs).slice(0, 20)}`,
    {
      hint: "run workers and sweep with the same version",
    },
  );
}
