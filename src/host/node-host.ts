/** Runs jobs in this process, on Dawn (the package `webgpu`). */
import { fromJson, toJson } from "../core/json.ts";
import { toRecord, type Job, type JobTable, type Outcome } from "./job.ts";
import { openDawn } from "./dawn.ts";
import type { GpuChoice, HostedJob, Place } from "./hosted-job.ts";

/** @throws ActigradError "no-gpu" */
export async function openNode(gpuChoice: GpuChoice, jobs: () => Promise<JobTable>): Promise<Place> {
  const gpu = await openDawn(gpuChoice);
  const table = await jobs();
  return { run: (job) => run(gpu, table[job.name]!, job), close: async () => undefined };
}

async function run(gpu: GPU, job: Job<never, unknown, unknown>, host: HostedJob): Promise<Outcome> {
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

/** Passes a value through JSON, as between processes, so that jobs behave alike on both targets. */
const plain = (value: unknown): unknown => (value === undefined ? value : fromJson(toJson(value)));
