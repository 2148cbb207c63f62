import { randomUUID } from "node:crypto";
import { ActigradError } from "../../../core/errors.ts";
import {
  type ContestOptions,
  type ContestResult,
  PROTOCOL,
  type TaskResult,
} from "../../../../bench/contest/result.ts";
import { tasks as allTasks } from "../../../../bench/contest/tasks/index.ts";
import { redisQueue } from "../../sweep/engine/redis-queue.ts";
import { openRedis } from "../../sweep/engine/redis.ts";
import { type SweepJob, checkJob } from "../../sweep/job.ts";
import type { Shell } from "../command.ts";

/**
 * The cells of a contest, computed by the workers of a server, in the form of an earlier run: the bench takes them as they are
 * and times the activations here. Cells that workers set aside are left out, and the bench computes them itself.
 * @throws ActigradError "usage" without the contest or its level, "option" for tasks that read files
 */
export async function contestCells(
  url: string,
  options: ContestOptions | undefined,
  { terminal, signal }: Shell,
): Promise<ContestResult> {
  if (options?.level === undefined)
    throw new ActigradError("usage", "--redis needs the suite contest and an explicit level", {
      hint: "add --suite contest --level M",
    });
  const { level, seeds, init, activations, tasks } = options;
  const names = tasks.flatMap((task) => activations.map((activation) => ({ task, activation })));
  const jobs = names.map(({ task, activation }, i): SweepJob => {
    const key = `${task} ${activation}`;
    return checkJob({ kind: "cell", id: String(i), key, task, activation, level, seeds, init });
  });
  const queue = await redisQueue(await openRedis(url), randomUUID());
  const found = new Map<string, TaskResult["cells"][number]>();
  let done = 0;
  try {
    await queue.run(jobs, {
      signal,
      async onResult(result) {
        done++;
        const cell = "points" in result ? result.points[0]?.cell : undefined;
        if (cell !== undefined) found.set(result.id, cell);
        if ("error" in result)
          terminal.say(`set aside: ${jobs[Number(result.id)]!.id}: ${result.error.message}`);
        terminal.progress(`${done} of ${jobs.length} cells`);
      },
      onWorker: () => terminal.progress(`${done} of ${jobs.length} cells`),
      onIncident: (text) => terminal.say(text),
    });
  } finally {
    await queue.close();
  }
  const results = tasks.map((task) => {
    const own = names.flatMap((name, i) => (name.task === task ? (found.get(String(i)) ?? []) : []));
    return { task, ...sizeOf(task, level), cells: own } as unknown as TaskResult; // all that is used of an earlier run
  });
  return { protocol: PROTOCOL, level, seeds, init, activations, tasks: results, asked: tasks };
}

/** Batch and steps, which identify an earlier run's task. */
function sizeOf(task: ContestOptions["tasks"][number], level: NonNullable<ContestOptions["level"]>) {
  const { batch, steps } = allTasks[task as keyof typeof allTasks].sizes[level];
  return { batch, steps };
}
