/** The requesting side of a sweep: puts jobs into BullMQ's queue and takes out results. */
import type { Job, RedisClient } from "bullmq";
import { fromJson } from "../../../core/json.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import { type JobResult, MOST_KILLS, type SweepJob, keysOf } from "../job.ts";
import type { Queue, QueueObserver } from "./queue.ts";
import { type Payload, QUEUE, type Redis, payloadOf } from "./redis.ts";
import type { WorkerState } from "./redis-worker.ts";

/** Milliseconds between two checks of finished jobs and of workers. */
const LOOK_MS = 100;
const WORKERS_MS = 1000;
/** Jobs sent, and results fetched, at a time. */
const AT_ONCE = 500;

/** @param sweep distinguishes its jobs from others': whoever returns with the same finds them */
export async function redisQueue({ bullmq, connection, place }: Redis, sweep: string): Promise<Queue> {
  const queue = new bullmq.Queue<Payload>(QUEUE, { connection });
  queue.on("error", () => undefined); // `watch` reports it
  const client = await queue.waitUntilReady();
  const idOf = ({ id }: Pick<SweepJob, "id">): string => `${sweep}.${id}`;

  /** The outcome of a job, and what happened to it on the way. */
  const take = async (job: SweepJob, { onResult, onIncident }: QueueObserver): Promise<void> => {
    const found = (await queue.getJob(idOf(job))) as Job<Payload, string> | undefined;
    if (found === undefined) return;
    const { stalledCounter, attemptsMade, failedReason, returnvalue } = found;
    const troubled = stalledCounter > 0 || attemptsMade > 1 || failedReason !== undefined;
    const log = troubled ? (await queue.getJobLogs(idOf(job))).logs : [];
    if (stalledCounter > 0)
      onIncident(`job ${job.id} lost its worker ${stalledCounter} times; ${log.join("; ")}`);
    else if (attemptsMade > 1) onIncident(`job ${job.id} took ${attemptsMade} attempts; ${log.join("; ")}`);
    await onResult(resultOf(job, returnvalue, failedReason, log));
    await found.remove();
  };

  return {
    async run(jobs, observer) {
      const { signal, onIncident, onWorker } = observer;
      const left = new Map(jobs.map((job) => [idOf(job), job]));
      const ended = watch(client, place, onIncident);
      const stopped = new Promise<undefined>((resolve) => {
        if (signal.aborted) resolve(undefined);
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
      });
      /** Waits for a server that is gone, unless told to stop. */
      const heard = async <T>(doing: Promise<T>): Promise<T | undefined> => {
        doing.catch(() => undefined);
        return Promise.race([doing, stopped]);
      };
      try {
        for (let i = 0; i < jobs.length && !signal.aborted; i += AT_ONCE)
          await heard(
            queue.addBulk(
              jobs.slice(i, i + AT_ONCE).map((job) => ({
                name: job.kind,
                data: payloadOf(job),
                opts: {
                  jobId: idOf(job),
                  attempts: MOST_KILLS,
                  backoff: { type: "fixed", delay: 1000 }, // another worker comes first
                },
              })),
            ),
          );
        let toldAt = -Infinity;
        const workers = new Set<string>();
        while (left.size > 0 && !signal.aborted) {
          const ends = await heard(
            Promise.all(["completed", "failed"].map((state) => client.zrange(queue.toKey(state), 0, -1))),
          );
          const own = (ends ?? []).flat().flatMap((id) => left.get(id) ?? []);
          for (let i = 0; i < own.length; i += AT_ONCE) {
            const some = own.slice(i, i + AT_ONCE);
            await heard(Promise.all(some.map((job) => take(job, observer))));
          }
          if (signal.aborted) break;
          for (const job of own) left.delete(idOf(job));
          if (performance.now() - toldAt >= WORKERS_MS) {
            toldAt = performance.now();
            const active = (await heard(queue.getActive())) ?? [];
            const states = active.flatMap(({ progress, data }) => {
              const { worker, share } = progress as Partial<WorkerState>;
              return worker === undefined ? [] : [{ worker, share: share ?? 0, job: data.job.id }];
            });
            for (const { worker, ...doing } of states) onWorker(worker, doing);
            for (const worker of workers)
              if (!states.some((state) => state.worker === worker)) onWorker(worker, undefined);
            for (const { worker } of states) workers.add(worker);
          }
          if (own.length === 0) await heard(new Promise((resolve) => setTimeout(resolve, LOOK_MS)));
        }
        // Jobs that nobody has begun are withdrawn; those under way are found when the sweep resumes.
        if (signal.aborted && client.status === "ready")
          await Promise.all([...left.keys()].map((id) => queue.remove(id).catch(() => 0)));
      } finally {
        ended();
      }
    },
    async close() {
      if (client.status === "ready") await queue.close();
      else client.disconnect();
    },
  };
}

/** A worker's result, if it is for this job; or what it gave up on, as an error. */
function resultOf(
  job: SweepJob,
  returned: string | null,
  failedReason: string | undefined,
  log: readonly string[],
): JobResult {
  if (failedReason !== undefined) return { id: job.id, error: errorOf(failedReason), log };
  const result = (typeof returned === "string" ? fromJson(returned) : undefined) as JobResult | undefined;
  const keys = result !== undefined && "points" in result ? result.points.map(({ key }) => key) : [];
  if (result?.id === job.id && keys.join("\n") === keysOf(job).join("\n")) return result;
  return { id: job.id, error: { code: "format", message: "a worker returned another job's result" }, log };
}

/** Workers send an error as JSON; BullMQ sends a sentence. */
function errorOf(reason: string): ErrorRecord {
  try {
    return fromJson(reason) as ErrorRecord;
  } catch {
    return { code: "device-lost", message: `the job was set aside: ${reason}` };
  }
}

/** Reports when the connection is lost, and when it is back. @returns a function that ends this */
function watch(client: RedisClient, place: string, onIncident: QueueObserver["onIncident"]): () => void {
  let cutAt: number | undefined;
  const cut = (): void => {
    if (cutAt === undefined) onIncident(`the connection to ${place} was cut`);
    cutAt ??= performance.now();
  };
  const back = (): void => {
    if (cutAt !== undefined)
      onIncident(`${place} answers again, after ${((performance.now() - cutAt) / 1000).toFixed(1)} s`);
    cutAt = undefined;
  };
  client.on("close", cut);
  client.on("ready", back);
  return () => {
    client.off("close", cut);
    client.off("ready", back);
  };
}
