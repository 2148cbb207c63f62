/** Sweeps over the test's own Redis, with jobs that need no GPU. */
import { Queue as BullQueue } from "bullmq";
import { afterAll, beforeAll, expect, test } from "vitest";
import { version } from "../../package.json";
import type { JobResult, SweepJob } from "../../src/app/sweep/job.ts";
import { redisQueue } from "../../src/app/sweep/engine/redis-queue.ts";
import { serveQueue } from "../../src/app/sweep/engine/redis-worker.ts";
import { QUEUE, openRedis, payloadOf } from "../../src/app/sweep/engine/redis.ts";
import { hostHere, noops } from "../support/noop-jobs.ts";
import { type Cable, type OwnRedis, cableTo, startRedis } from "../support/redis.ts";

let redis: OwnRedis;
let cable: Cable;
beforeAll(async () => {
  redis = await startRedis();
  cable = await cableTo(redis.port);
});
afterAll(async () => {
  cable?.close();
  await redis?.stop();
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A worker in this process; `stop` returns its job. */
async function worker(url: string, heartbeat = 0.5) {
  const abort = new AbortController();
  const [done, troubles]: [string[], string[]] = [[], []];
  const working = serveQueue(await openRedis(url), hostHere(), {}, heartbeat, {
    signal: abort.signal,
    onJob: (job, what) => done.push(`${job.replace(/^.*\./, "")} ${what}`),
    onTrouble: (text) => troubles.push(text),
  });
  return { done, troubles, stop: () => (abort.abort(), working) };
}

/** Runs jobs through the queue; every result in the order of arrival. */
async function run(
  url: string,
  sweep: string,
  jobs: readonly SweepJob[],
  signal = new AbortController().signal,
) {
  const queue = await redisQueue(await openRedis(url), sweep);
  const [results, incidents, doing]: [JobResult[], string[], Set<string>] = [[], [], new Set()];
  const running = queue
    .run(jobs, {
      signal,
      onResult: async (result) => void results.push(result),
      onWorker: (name) => doing.add(name),
      onIncident: (text) => incidents.push(text),
    })
    .finally(() => queue.close());
  return { results, incidents, doing, running };
}

const idsOf = (results: readonly JobResult[]): string[] =>
  results.map(({ id }) => id).toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)));

test("hostile jobs are refused with a record; the worker goes on", async () => {
  const one = await worker(redis.url);
  const raw = new BullQueue(QUEUE, { connection: { port: redis.port } });
  const good = payloadOf(noops(1, 0)[0]!);
  const hostile: readonly (readonly [data: unknown, reason: string])[] = [
    ["rm -rf /", "expected a job: an object"],
    [{ version, job: { ...good.job, kind: "shell" } }, 'unknown kind of job \\"shell\\"'],
    [{ version, job: { kind: "cell", id: "0", key: "a", task: "none" } }, "expected one of spirals"],
    [
      { version, job: { kind: "train", id: "0", keys: ["a"], lr: [1], seeds: [0], dataset: "/etc/passwd" } },
      "cannot read files",
    ],
    [
      { version, job: { kind: "cell", id: "0", key: "a", task: "deep", activation: "x+".repeat(400_000) } },
      "at most 65536",
    ],
    [
      { version, job: { kind: "cell", id: "0", key: "a", task: "deep", activation: "x.constructor" } },
      "values have no members",
    ],
  ];
  for (const [i, [data]] of hostile.entries())
    await raw.add("cell", data, { jobId: `evil.${i}`, attempts: 3 });
  const { results, running } = await run(redis.url, "good", noops(2, 0));
  await running;
  expect(idsOf(results)).toEqual(["0-0", "0-1"]);
  for (const [i, [, reason]] of hostile.entries()) {
    const job = await raw.getJob(`evil.${i}`);
    expect(await job!.getState()).toBe("failed");
    expect(job!.failedReason).toContain(reason);
    expect(job!.attemptsMade).toBe(1);
  }
  expect(one.done.filter((line) => line.includes("refused"))).toHaveLength(hostile.length);
  await raw.close();
  await one.stop();
});

test("a job of another version waits for a worker that has it, and is put aside in the end", async () => {
  const one = await worker(redis.url);
  const raw = new BullQueue(QUEUE, { connection: { port: redis.port } });
  const job = await raw.add(
    "noop",
    { ...payloadOf(noops(1, 0)[0]!), version: "0.0.1" },
    { jobId: "old.0", attempts: 2 },
  );
  while ((await job.getState()) !== "failed") await wait(50);
  expect((await raw.getJob("old.0"))!.failedReason).toContain(
    `expected one of actigrad ${version}, got 0.0.1`,
  );
  await raw.close();
  await one.stop();
});

test("a connection cut for ten seconds and a server that is killed lose nothing and count nothing twice", async () => {
  const [near, far] = [await worker(redis.url), await worker(cable.url)];
  const { results, incidents, running } = await run(cable.url, "cut", noops(60, 250));
  while (results.length < 5) await wait(20);
  cable.cut();
  await wait(10_000);
  cable.mend();
  while (results.length < 50) await wait(20);
  await redis.restart();
  await running;
  expect(idsOf(results)).toEqual(idsOf(noops(60, 0).map(({ id }) => ({ id })) as JobResult[]));
  expect(incidents.filter((text) => text.endsWith("was cut")).length).toBeGreaterThanOrEqual(2);
  expect(incidents.join("\n")).toMatch(/answers again, after 1\d\.\d s/);
  for (const { done } of [near, far]) expect(done.length).toBeGreaterThan(0);
  await Promise.all([near.stop(), far.stop()]);
});

test("a job that kills three workers is put aside with its log", async () => {
  const { results, incidents, running } = await run(redis.url, "killer", noops(1, 60_000));
  const raw = new BullQueue(QUEUE, { connection: { port: redis.port } });
  const stopped: Promise<void>[] = [];
  for (let kill = 1; kill <= 3; kill++) {
    const way = await cableTo(redis.port);
    const one = await worker(way.url, 0.2);
    while ((await raw.getJobLogs("killer.0-0")).count < kill) await wait(20);
    way.close(); // the server hears no more from it
    stopped.push(one.stop());
  }
  const last = await worker(redis.url, 0.2);
  await running;
  expect(results).toMatchObject([{ id: "0-0", error: { message: expect.stringContaining("stalled") } }]);
  expect(results[0]).toMatchObject({ log: { length: 3 } });
  expect(incidents.join()).toContain("lost its worker");
  await Promise.all([last.stop(), raw.close(), ...stopped]);
});

test("whoever stops takes back what nobody has begun; whoever goes on finds what was done meanwhile", async () => {
  const abort = new AbortController();
  const one = await worker(redis.url);
  const first = await run(redis.url, "stop", noops(20, 300), abort.signal);
  while (first.results.length < 2) await wait(20);
  abort.abort();
  await first.running;
  await wait(1000); // the one under way ends
  const raw = new BullQueue(QUEUE, { connection: { port: redis.port } });
  expect(await raw.getWaitingCount()).toBe(0);
  await raw.close();
  const known = new Set(first.results.map(({ id }) => id));
  const second = await run(
    redis.url,
    "stop",
    noops(20, 0).filter(({ id }) => !known.has(id)),
  );
  await second.running;
  expect(idsOf([...first.results, ...second.results])).toEqual(
    Array.from({ length: 20 }, (_, i) => `0-${i}`),
  );
  await one.stop();
});
