/** Runs a job in this process, on Dawn (the package `webgpu`). */
import { fromJson, toJson } from "../core/json.ts";
import { toRecord, type Job, type Outcome } from "./job.ts";
import { openDawn } from "./dawn.ts";
import type { HostedJob } from "./hosted-job.ts";

export async function runInNode(host: HostedJob, job: Job<never, unknown, unknown>): Promise<Outcome> {
  const gpu = await openDawn(host.gpu);
  const { mnistFolder } = host;
  try {
    const value = await job(
      {
        gpu,
        target: "node",
        host: `Node ${process.versions.node}, Dawn`,
        signal: host.signal,
        kept: host.kept,
        ...(mnistFolder === undefined ? {} : { mnistFolder }),
        emit: (event) => host.onEvent(plain(event)),
        read: (path) => host.files.read(path),
        write: (path, bytes) => host.files.write(path, bytes),
      },
      plain(host.options) as never,
    );
    return { value: plain(value) };
  } catch (error) {
    return { error: toRecord(error) };
  }
}

/** What the other target would have passed on, so that a job cannot tell the difference. */
const plain = (value: unknown): unknown => (value === undefined ? value : fromJson(toJson(value)));
