/** Runs a job in this process, on Dawn (the package `webgpu`). */
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { ActigradError } from "../core/errors.ts";
import { toRecord, type Job, type Outcome } from "./job.ts";
import { hasGpu } from "./browser.ts";
import { systemBrowsers } from "./find-browser.ts";
import type { HostedJob } from "./hosted-job.ts";

export async function runInNode(host: HostedJob, job: Job<never, unknown, unknown>): Promise<Outcome> {
  const software = host.gpu === "software" || (host.gpu === "auto" && !hasGpu());
  const driver = software && process.platform === "linux" ? softwareDriver() : undefined;
  if (driver !== undefined) {
    process.env["VK_ICD_FILENAMES"] ??= driver;
    loadVulkan(join(dirname(driver), "libvulkan.so.1"));
  }
  const gpu = await dawn();
  if ((await gpu.requestAdapter()) === null) throw noAdapter(host.gpu);
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
  return create(["disable-dawn-features=timestamp_quantization"]); // a profile wants nanoseconds
}

function noAdapter(choice: HostedJob["gpu"]): ActigradError {
  const wanted = choice === "hardware" ? "no GPU's adapter" : "no adapter";
  return new ActigradError("no-gpu", `Dawn is there, but it offers ${wanted}`, {
    hint:
      process.platform === "linux"
        ? "install libvulkan1 and the GPU's Vulkan driver (VK_ICD_FILENAMES names its .json), or Chromium for its software adapter"
        : "try --target chrome",
  });
}

/**
 * Loads the Vulkan loader that Chromium brings, where the system has none: Dawn then finds it by its name. Node would
 * unload it at once, since it is no addon, were it not for RTLD_NODELETE.
 */
function loadVulkan(path: string): void {
  if (!existsSync(path)) return;
  const RTLD_NODELETE = 0x1000; // of glibc and musl alike
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // It always says that this is no addon. Whether Vulkan is there now, Dawn will tell.
  }
}

/** The software driver that Chromium brings, for Vulkan's loader. */
function softwareDriver(): string | undefined {
  const folders = systemBrowsers()
    .filter(existsSync)
    .map((path) => dirname(realpathSync(path)));
  return [...folders, "/usr/lib/chromium", "/opt/google/chrome"]
    .map((folder) => join(folder, "vk_swiftshader_icd.json"))
    .find(existsSync);
}
