import { serveQueue } from "../../sweep/engine/redis-worker.ts";
import { openRedis } from "../../sweep/engine/redis.ts";
import { defineCommand } from "../command.ts";
import { hostOptions } from "./host-options.ts";
import { redisUrl } from "./queue-options.ts";

export const worker = defineCommand({
  name: "worker",
  summary: "Computes the jobs that sweeps and contests put on a server, until it is stopped.",
  options: {
    redis: { ...redisUrl, required: true },
    heartbeat: {
      kind: "number",
      min: 0.1,
      max: 600,
      default: 10,
      value: "SECONDS",
      doc: "seconds between signs of life; after three missed ones its job goes to another worker",
    },
    ...hostOptions,
  },
  notes: [
    "worker --redis redis://10.0.0.5:6379",
    "worker --redis rediss://queue.example.org --target node",
    "",
    "One job at a time: start one for each GPU. Ctrl-C returns the current job. A worker runs no code from a job and opens no " +
      "path that it names. See docs/sweeps.md.",
  ],
  async run({ options: { redis: url, heartbeat, target, gpu, headed } }, { terminal, keepHost, signal }) {
    const redis = await openRedis(url);
    const host = keepHost();
    const say = (line: string): void => terminal.say(line);
    try {
      say(`waiting for jobs from ${redis.place}`);
      await serveQueue(redis, host, { target, gpu, headless: !headed, say }, heartbeat, {
        signal,
        onJob: (job, what) => say(`${job}: ${what}`),
        onTrouble: say,
      });
      return 0;
    } finally {
      await host.close();
    }
  },
});
