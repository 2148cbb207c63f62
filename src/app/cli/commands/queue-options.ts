import { ActigradError } from "../../../core/errors.ts";
import { type OptionTable, type OptionValues, flag, themed } from "../../../core/options.ts";
import { type Dashboard, openDashboard } from "../../sweep/engine/dashboard.ts";
import { embeddedQueue } from "../../sweep/engine/embedded.ts";
import type { Queue } from "../../sweep/engine/queue.ts";
import { redisQueue } from "../../sweep/engine/redis-queue.ts";
import { openRedis } from "../../sweep/engine/redis.ts";
import type { Shell } from "../command.ts";
import { hostOptions } from "./host-options.ts";

export const redisUrl = {
  kind: "word",
  value: "URL",
  doc: "redis://HOST:PORT, or rediss:// for TLS: workers there compute (actigrad worker); the password is in ACTIGRAD_REDIS_PASSWORD",
} as const;

/** Options of commands whose jobs run here or, with --redis, elsewhere. */
export const queueOptions = {
  ...themed("many machines", {
    redis: redisUrl,
    dashboard: flag("with --redis: bull-board for this machine's browsers; its address is printed"),
  }),
  ...hostOptions,
  ...themed("where it runs", {
    workers: {
      kind: "number",
      whole: true,
      min: 1,
      max: 64,
      doc: "workers at a time [1]",
    },
  }),
} as const satisfies OptionTable;

/**
 * Opens the queue that computes a command's jobs. @param sweep distinguishes them from others on the same server
 * @throws ActigradError "queue", "option", "usage"
 */
export async function openQueue(
  { terminal, keepHost }: Shell,
  { redis, dashboard, workers = 1, target, gpu, headed }: OptionValues<typeof queueOptions>,
  sweep: string,
): Promise<Queue> {
  if (redis === undefined) {
    if (dashboard)
      throw new ActigradError("usage", "--dashboard shows what a server holds", { hint: "add --redis URL" });
    const hosts = Array.from({ length: workers }, keepHost);
    return embeddedQueue(hosts, { target, gpu, headless: !headed, say: (line) => terminal.say(line) });
  }
  const server = await openRedis(redis);
  const queue = await redisQueue(server, sweep);
  let board: Dashboard | undefined;
  try {
    board = dashboard ? await openDashboard(server) : undefined;
  } catch (error) {
    await queue.close();
    throw error;
  }
  if (board !== undefined) terminal.say(`dashboard  ${board.address}`);
  return {
    run: (jobs, observer) => queue.run(jobs, observer),
    async close() {
      await board?.close();
      await queue.close();
    },
  };
}
