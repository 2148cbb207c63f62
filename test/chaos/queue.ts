/**
 * npm run queue -- [--jobs 2000] [--workers 1,2,4]: what a queue takes for itself. Empty jobs through one Redis, workers in processes of
 * their own, and the CPU time of each side; then ten jobs of 2 s, one after the other.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { median } from "../../src/core/statistics.ts";
import { sweep as computeSweepJob } from "../../src/app/jobs/sweep.ts";
import type { Jobs } from "../../src/app/jobs/index.ts";
import type { SweepJob } from "../../src/app/sweep/job.ts";
import { redisQueue } from "../../src/app/sweep/engine/redis-queue.ts";
import { serveQueue } from "../../src/app/sweep/engine/redis-worker.ts";
import { openRedis } from "../../src/app/sweep/engine/redis.ts";
import type { KeptHost } from "../../src/host/host.ts";
import type { JobContext } from "../../src/host/job.ts";
import { startRedis } from "../support/redis.ts";

const LONG_MS = 2000;
const LONG_JOBS = 10;
const ROUNDS = 3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Computes jobs in this process: empty ones open no GPU. */
const hostHere = (): KeptHost<Jobs> => ({
  runJob: ((_: string, job: SweepJob, how: { signal: AbortSignal }) => {
    const context = { signal: how.signal, emit: () => undefined, host: "here" };
    return computeSweepJob(context as unknown as JobContext<never>, job);
  }) as KeptHost<Jobs>["runJob"],
  close: async () => undefined,
});

/** Seconds of CPU that a process has taken (Linux; its clock ticks 100 times a second). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const noops = (count: number, ms: number): SweepJob[] =>
  Array.from({ length: count }, (_, i) => ({ kind: "noop", id: `0-${i}`, key: `point ${i}`, ms }));

interface Taken {
  readonly seconds: number;
  /** CPU seconds of Redis, the asking process, and all workers. */
  readonly cpu: readonly [redis: number, asking: number, workers: number];
}

async function take(
  redis: { readonly url: string; readonly pid: number },
  workers: readonly ChildProcess[],
  jobs: readonly SweepJob[],
): Promise<Taken> {
  const queue = await redisQueue(await openRedis(redis.url), `${performance.now()}`.replace(".", "-"));
  const pids = [redis.pid, process.pid, ...workers.map(({ pid }) => pid!)];
  const before = pids.map(cpuOf);
  const begin = performance.now();
  let ended = 0;
  await queue.run(jobs, {
    signal: new AbortController().signal,
    onResult: async () => void ended++,
    onWorker: () => undefined,
    onIncident: say,
  });
  const seconds = (performance.now() - begin) / 1000;
  const [server, asking, ...others] = pids.map((pid, i) => cpuOf(pid) - before[i]!);
  await queue.close();
  if (ended !== jobs.length) throw new Error(`${ended} of ${jobs.length} jobs ended`);
  return { seconds, cpu: [server!, asking!, others.reduce((sum, one) => sum + one, 0)] };
}

async function startWorkers(count: number, url: string): Promise<ChildProcess[]> {
  const workers = Array.from({ length: count }, () => fork(process.argv[1]!, ["queue", "--serve", url]));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  return workers;
}

async function serve(url: string): Promise<number> {
  const abort = new AbortController();
  process.once("disconnect", () => abort.abort());
  const where = { target: "node" } as const;
  const serving = serveQueue(await openRedis(url), hostHere(), where, 10, {
    signal: abort.signal,
    onJob: () => undefined,
    onTrouble: say,
  });
  process.send!("ready");
  await serving;
  return 0;
}

export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      jobs: { type: "string", default: "2000" },
      workers: { type: "string", default: "1,2,4" },
      serve: { type: "string" },
    },
  });
  if (values.serve !== undefined) return serve(values.serve);
  const count = Number(values.jobs);
  say(`${count} empty jobs on one Redis of this machine, median of ${ROUNDS} rounds`);
  for (const fsync of ["everysec", "always"] as const) {
    const redis = await startRedis({ fsync });
    for (const size of values.workers.split(",").map(Number)) {
      const workers = await startWorkers(size, redis.url);
      const rounds: Taken[] = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await take(redis, workers, noops(count, 0)));
      const per = (of: (taken: Taken) => number): string =>
        ((median(rounds.map(of)) / count) * 1000).toFixed(2);
      const rate = median(rounds.map(({ seconds }) => count / seconds));
      say(
        `appendfsync ${fsync}, ${size} workers: ${rate.toFixed(0)} jobs a second; ms of CPU a job: Redis ${per(({ cpu }) => cpu[0])}, ` +
          `asking ${per(({ cpu }) => cpu[1])}, workers ${per(({ cpu }) => cpu[2])}`,
      );
      if (fsync === "everysec" && size === 1) {
        const { seconds, cpu } = await take(redis, workers, noops(LONG_JOBS, LONG_MS));
        const net = (LONG_JOBS * LONG_MS) / 1000;
        say(
          `${LONG_JOBS} jobs of ${LONG_MS / 1000} s on one worker: ${seconds.toFixed(2)} s, ` +
            `${((seconds / net - 1) * 100).toFixed(2)} % more; CPU ${cpu.map((one) => one.toFixed(2)).join(", ")} s`,
        );
      }
      for (const worker of workers) worker.disconnect();
      await Promise.all(workers.map((worker) => once(worker, "exit")));
    }
    await redis.stop();
  }
  return 0;
}
