/** Runs a job in this process, on Dawn (the package `webgpu`). */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { ActigradError } from "../core/errors.ts";
import { toRecord, type Job, type Outcome } from "../jobs/job.ts";
import { hasGpu } from "./browser.ts";
import { systemBrowsers } from "./find-browser.ts";
import type { HostedJob } from "./host.ts";

export async function runInNode(host: HostedJob): Promise<Outcome> {
  const software = host.gpu === "software" || (host.gpu === "auto" && !hasGpu());
  if (software && process.platform === "linux") useSoftwareVulkan();
  const gpu = await dawn();
  const { jobs } = await import("../jobs/index.ts");
  const job: Job<never, unknown, unknown> = jobs[host.name];
  const { mnistFolder } = host;
  try {
    const value = await job(
      {
        gpu,
        target: "node",
        host: `Node ${process.versions.node}, Dawn`,
        signal: host.signal,
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
const plain = (value: unknown): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

async function dawn(): Promise<GPU> {
  const { create, globals } = await import("webgpu").catch((cause: unknown) => {
    throw new ActigradError(
      "no-gpu",
      "the target node needs the package webgpu (Dawn), which is not installed",
      {
        hint: "npm i --no-save webgpu",
        cause,
      },
    );
  });
  Object.assign(globalThis, globals);
  return create([]);
}

/** Points Vulkan's loader to the software driver that Chromium brings, unless a driver was chosen already. */
function useSoftwareVulkan(): void {
  const folders = systemBrowsers()
    .filter(existsSync)
    .map((path) => dirname(realpathSync(path)));
  const drivers = [...folders, "/usr/lib/chromium", "/opt/google/chrome"].map((folder) =>
    join(folder, "vk_swiftshader_icd.json"),
  );
  const driver = drivers.find(existsSync);
  if (driver !== undefined) process.env["VK_ICD_FILENAMES"] ??= driver;
}
