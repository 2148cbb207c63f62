import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { median } from "../../src/core/statistics.ts";
import type { SweepJob } from "../../src/app/sweep/job.ts";
import { redisQueue } from "../../src/app/sweep/engine/redis-queue.ts";
import { serveQueue } from "../../src/app/sweep/engine/redis-worker.ts";
import { openRedis } from "../../src/app/sweep/engine/redis.ts";
import { hostHere, noops } from "../support/noop-jobs.ts";
import { startRedis } from "../support/redis.ts";
import { defineScript } from "../support/script.ts";

const LONG_MS = 2000;
const LONG_JOBS = 10;
const ROUNDS = 3;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** CPU seconds used by a process (Linux; its clock ticks 100 times per second). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

interface Server {
  readonly url: string;
  /** Set if it runs on this machine. */
  readonly pid?: number;
}

interface Taken {
  readonly seconds: number;
  /** CPU seconds of the requesting process, of all workers, and of Redis if it runs here. */
  readonly cpu: readonly number[];
}

async function take(
  { url, pid }: Server,
  workers: readonly ChildProcess[],
  jobs: readonly SweepJob[],
): Promise<Taken> {
  const queue = await redisQueue(await openRedis(url), `${performance.now()}`.replace(".", "-"));
  const sides = [[process.pid], workers.map((worker) => worker.pid!), ...(pid === undefined ? [] : [[pid]])];
  const cpu = (): number[] => sides.map((pids) => pids.reduce((sum, one) => sum + cpuOf(one), 0));
  const [before, begin] = [cpu(), performance.now()];
  let ended = 0;
  await queue.run(jobs, {
    signal: new AbortController().signal,
    onResult: async () => void ended++,
    onWorker: () => undefined,
    onIncident: say,
  });
  const seconds = (performance.now() - begin) / 1000;
  const taken = cpu().map((after, i) => after - before[i]!);
  await queue.close();
  if (ended !== jobs.length) throw new Error(`${ended} of ${jobs.length} jobs ended`);
  return { seconds, cpu: taken };
}

/** @throws ActigradError "queue" where no server answers */
async function startWorkers(count: number, url: string): Promise<ChildProcess[]> {
  await openRedis(url); // reports a missing server once, instead of once per worker
  const workers = Array.from({ length: count }, () =>
    fork(process.argv[1]!, ["chaos/queue", "--serve", url]),
  );
  await Promise.all(workers.map((worker) => once(worker, "message")));
  return workers;
}

async function stopWorkers(workers: readonly ChildProcess[]): Promise<void> {
  for (const worker of workers) worker.disconnect();
  await Promise.all(workers.map((worker) => once(worker, "exit")));
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

/** Rounds of empty jobs for each number of workers. */
async function measure(server: Server, name: string, sizes: readonly number[], count: number): Promise<void> {
  for (const size of sizes) {
    const workers = await startWorkers(size, server.url);
    const rounds: Taken[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await take(server, workers, noops(count, 0)));
    const rate = median(rounds.map(({ seconds }) => count / seconds));
    const per = (of: (taken: Taken) => number): string =>
      ((median(rounds.map(of)) / count) * 1000).toFixed(2);
    const sides = ["asking", "workers", "Redis"].slice(0, rounds[0]!.cpu.length);
    const cpu = sides.map((side, i) => `${side} ${per((taken) => taken.cpu[i]!)}`).join(", ");
    say(`${name}, ${size} workers: ${rate.toFixed(0)} jobs a second; ms of CPU a job: ${cpu}`);
    await stopWorkers(workers);
  }
}

async function measureLong(server: Server): Promise<void> {
  const workers = await startWorkers(1, server.url);
  const { seconds, cpu } = await take(server, workers, noops(LONG_JOBS, LONG_MS));
  const more = seconds / ((LONG_JOBS * LONG_MS) / 1000) - 1;
  say(
    `${LONG_JOBS} jobs of ${LONG_MS / 1000} s on one worker: ${seconds.toFixed(2)} s, ${(more * 100).toFixed(2)} % more; ` +
      `CPU ${cpu.map((one) => one.toFixed(2)).join(", ")} s`,
  );
  await stopWorkers(workers);
}

export const script = defineScript({
  name: "queue",
  summary:
    "Measures a queue's own cost. Empty jobs through one Redis, with workers in separate processes, and the CPU time of each side; then ten jobs of 2 s in sequence. A given server gets only the empty jobs.",
  options: {
    jobs: { kind: "number", whole: true, min: 1, default: 2000, doc: "empty jobs a round" },
    workers: { kind: "numbers", whole: true, min: 1, default: [1, 2, 4], doc: "numbers of workers" },
    redis: { kind: "word", value: "URL", doc: "a server (default: its own, which it starts)" },
    serve: { kind: "word", value: "URL", doc: "be one of its workers" },
  },
  async run({ options: { jobs, workers, redis, serve: from } }) {
    if (from !== undefined) return serve(from);
    say(`${jobs} empty jobs, median of ${ROUNDS} rounds`);
    if (redis !== undefined) {
      await measure({ url: redis }, "that server", workers, jobs);
      return 0;
    }
    for (const fsync of ["everysec", "always"] as const) {
      const own = await startRedis({ fsync });
      await measure(own, `appendfsync ${fsync}`, workers, jobs);
      if (fsync === "everysec") await measureLong(own);
      await own.stop();
    }
    return 0;
  },
});
