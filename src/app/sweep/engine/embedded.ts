/** Workers on this machine, without a service: browsers, or Dawn in this process. */
import type { KeptHost } from "../../../host/host.ts";
import type { Jobs } from "../../jobs/index.ts";
import { MOST_KILLS, type SweepJob } from "../job.ts";
import { type Where, outcomeOf } from "./outcome.ts";
import type { Queue, QueueObserver } from "./queue.ts";

/**
 * @param hosts one for each worker; closed with the queue
 * @param where they run
 */
export function embeddedQueue(hosts: readonly KeptHost<Jobs>[], where: Where): Queue {
  return {
    async run(jobs, observer) {
      const left = jobs.map((job) => ({ job, log: [] as string[] }));
      const failed = new AbortController();
      const signal = AbortSignal.any([observer.signal, failed.signal]);
      const work = async (host: KeptHost<Jobs>, worker: string): Promise<void> => {
        for (let next = left.shift(); next !== undefined && !signal.aborted; next = left.shift()) {
          const { job, log } = next;
          const outcome = await outcomeOf(host, job, { ...where, signal }, tell(observer, worker, job));
          if (outcome === undefined) break;
          if ("killed" in outcome) {
            log.push(`${worker}: ${outcome.killed.message}`);
            observer.onIncident(`job ${job.id} lost its worker: ${outcome.killed.message}`);
            if (log.length < MOST_KILLS) left.unshift(next);
            else await observer.onResult({ id: job.id, error: outcome.killed, log });
          } else await observer.onResult(outcome);
        }
        observer.onWorker(worker, undefined);
      };
      const working = hosts.map((host, i) =>
        work(host, `worker ${i + 1}`).catch((error: unknown) => {
          failed.abort();
          throw error;
        }),
      );
      const ends = await Promise.allSettled(working);
      const broken = ends.find((end) => end.status === "rejected");
      if (broken !== undefined && !observer.signal.aborted) throw broken.reason;
    },
    async close() {
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}

const tell =
  ({ onWorker }: QueueObserver, worker: string, job: SweepJob) =>
  (share: number): void =>
    onWorker(worker, { job: job.id, share });
