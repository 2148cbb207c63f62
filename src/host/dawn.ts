/** Opens Dawn (the package `webgpu`) in this process, with a Vulkan loader and driver found on this machine. */
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { isSoftware } from "../core/adapter.ts";
import { ActigradError } from "../core/errors.ts";
import { obstacles } from "./diagnose.ts";
import { hasGpu, type GpuChoice } from "./gpu-choice.ts";
import { systemBrowsers } from "./find-browser.ts";

/**
 * Returns WebGPU's entry point in Node, and sets WebGPU's globals.
 * @param choice "auto" takes the GPU if the machine has one, otherwise Chromium's software adapter
 * @throws ActigradError "no-gpu" without the package `webgpu`, or without an adapter
 */
export async function openDawn(choice: GpuChoice = "auto"): Promise<GPU> {
  const software = choice === "software" || (choice === "auto" && !hasGpu());
  const driver = software && process.platform === "linux" ? softwareDriver() : undefined;
  if (driver !== undefined) {
    process.env["VK_ICD_FILENAMES"] ??= driver;
    loadVulkan(join(dirname(driver), "libvulkan.so.1"));
  }
  const gpu = await dawn();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw noAdapter(choice === "hardware" ? "no GPU adapter" : "no adapter");
  if (choice === "hardware" && isSoftware(adapter.info)) throw noAdapter("only a software adapter");
  return gpu;
}

async function dawn(): Promise<GPU> {
  const { create, globals } = await import("webgpu").catch((cause: unknown) => {
    throw new ActigradError(
      "no-gpu",
      "WebGPU in Node needs the package webgpu (Dawn), which is not installed",
      {
        hint: "npm i --no-save webgpu",
        cause,
      },
    );
  });
  Object.assign(globalThis, globals);
  return create(["disable-dawn-features=timestamp_quantization"]); // nanoseconds, for profiles
}

function noAdapter(offered: string): ActigradError {
  const wanted =
    process.platform === "linux"
      ? "install libvulkan1 and the GPU's Vulkan driver (VK_ICD_FILENAMES names its .json), or Chromium for its software adapter"
      : "install the graphics driver, or run in a browser";
  return new ActigradError("no-gpu", `Dawn is installed, but offers ${offered}`, {
    hint: [...obstacles(), wanted].join("; "),
  });
}

/**
 * Loads the Vulkan loader that Chromium brings, if the system has none; Dawn then finds it by name. It is not an addon, so Node
 * would unload it at once without RTLD_NODELETE.
 */
function loadVulkan(path: string): void {
  if (!existsSync(path)) return;
  const RTLD_NODELETE = 0x1000; // the same in glibc and musl
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // dlopen always throws, because this is not an addon. Dawn reports whether Vulkan is available.
  }
}

/** Chromium's software driver, for the Vulkan loader. */
function softwareDriver(): string | undefined {
  const folders = systemBrowsers()
    .filter(existsSync)
    .map((path) => dirname(realpathSync(path)));
  return [...folders, "/usr/lib/chromium", "/opt/google/chrome"]
    .map((folder) => join(folder, "vk_swiftshader_icd.json"))
    .find(existsSync);
}
