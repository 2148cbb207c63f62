/** Opens Dawn (the package `webgpu`) in this process, with the Vulkan loader and driver that it can find. */
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { isSoftware } from "../core/adapter.ts";
import { ActigradError } from "../core/errors.ts";
import { obstacles } from "./diagnose.ts";
import { hasGpu, type GpuChoice } from "./gpu-choice.ts";
import { systemBrowsers } from "./find-browser.ts";

/**
 * WebGPU's entry point in Node, and WebGPU's globals set.
 * @param choice "auto" takes the GPU when the machine has one and Chromium's software adapter otherwise
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
  return create(["disable-dawn-features=timestamp_quantization"]); // a profile wants nanoseconds
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
 * Loads the Vulkan loader that Chromium brings, where the system has none: Dawn then finds it by its name. Node would
 * unload it at once, since it is no addon, were it not for RTLD_NODELETE.
 */
function loadVulkan(path: string): void {
  if (!existsSync(path)) return;
  const RTLD_NODELETE = 0x1000; // of glibc and musl alike
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // It always says that this is no addon. Dawn will tell whether Vulkan is available now.
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
