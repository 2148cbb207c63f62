/** Explains why Chrome or Dawn may find no GPU on this machine, and what to do about it. */
import { accessSync, constants, existsSync, readFileSync, readdirSync } from "node:fs";

/** Access to the machine; tests pass a fake one. */
export interface Machine {
  readonly platform: string;
  exists(path: string): boolean;
  /** Whether this user may read and write a path. */
  mayUse(path: string): boolean;
  /** Names in a folder; empty if it does not exist. */
  list(folder: string): readonly string[];
  /** A file's text; empty if it cannot be read. */
  text(path: string): string;
}

const thisMachine: Machine = {
  platform: process.platform,
  exists: existsSync,
  mayUse(path) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  text(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  },
};

/** Where systems keep shared libraries and Vulkan drivers. */
const libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
const drivers = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/**
 * What prevents this machine from using a GPU; empty if nothing is found.
 * @param browser path of the browser, if known
 */
export function obstacles(browser?: string, machine: Machine = thisMachine): string[] {
  const found: string[] = [];
  if (browser !== undefined && /headless[-_]shell/.test(browser))
    found.push(`${browser} is headless-shell, which has no WebGPU: install full Chrome or Chromium`);
  if (machine.platform !== "linux") return found;
  const renderers = machine.list("/dev/dri").filter((name) => name.startsWith("renderD"));
  const nvidia = machine.exists("/dev/nvidiactl");
  const container = machine.exists("/.dockerenv") || machine.exists("/run/.containerenv");
  if (/microsoft/i.test(machine.text("/proc/version")))
    found.push(
      "this is WSL, where Chrome on Linux gets no GPU: use --gpu software, or Chrome and Node on Windows",
    );
  else if (renderers.length === 0 && !nvidia)
    found.push(
      container
        ? "this container has no /dev/dri: start it with --device /dev/dri, or with --gpus all for an NVIDIA card"
        : "there is no /dev/dri: this machine has no GPU, or the kernel no driver for it",
    );
  for (const name of renderers)
    if (!machine.mayUse(`/dev/dri/${name}`))
      found.push(`this user cannot open /dev/dri/${name}: add it to the group render`);
  if (!libraries.some((folder) => machine.exists(`${folder}/libvulkan.so.1`)))
    found.push("there is no Vulkan loader, libvulkan.so.1: apt-get install libvulkan1");
  const icds = drivers.flatMap((folder) => machine.list(folder));
  if (nvidia && !icds.some((name) => name.includes("nvidia")))
    found.push(
      "NVIDIA's Vulkan driver is missing: install it; start a container with NVIDIA_DRIVER_CAPABILITIES=all",
    );
  if (renderers.length > 0 && !nvidia && icds.length === 0)
    found.push("there is no Vulkan driver: apt-get install mesa-vulkan-drivers");
  return found;
}
