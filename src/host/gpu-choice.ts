import { existsSync, readdirSync } from "node:fs";

/** "auto" takes the GPU if the machine has one, otherwise the software adapter. */
export type GpuChoice = "auto" | "software" | "hardware";

/** Whether the machine seems to have a GPU. macOS and Windows always offer Chrome one. */
export function hasGpu(): boolean {
  if (process.platform !== "linux") return true;
  const renderers = existsSync("/dev/dri") ? readdirSync("/dev/dri") : [];
  return existsSync("/dev/nvidiactl") || renderers.some((name) => name.startsWith("renderD"));
}
