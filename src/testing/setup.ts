/** The policy inside the page: the setup file that `gpuTests` gives Vitest. */
import { afterAll, afterEach, beforeEach, inject } from "vitest";
import { isSoftware } from "../core/adapter.ts";
import "./expect.ts";
import { type GpuPolicy, leakText } from "./policy.ts";
import { deviceWatch } from "./watch.ts";

const policy: GpuPolicy = inject("gpuPolicy");
const watch = "gpu" in navigator ? deviceWatch() : undefined;
let adapter = await findAdapter();
let lost = false;

/** After a loss, the GPU process takes a moment to come back. */
async function findAdapter(): Promise<GPUAdapter | null> {
  for (const wait of [0, 100, 300, 900]) {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const found = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (found) return found;
    if (!("gpu" in navigator)) return null;
  }
  return null;
}

beforeEach(async ({ task, skip }) => {
  if (lost) adapter = await findAdapter();
  lost = false;
  const refuse = (text: string): never => {
    skip(policy.allowNoGpu, text);
    throw new Error(text);
  };
  if (adapter === null)
    return refuse("no WebGPU adapter: navigator.gpu.requestAdapter() gave none; see `npx actigrad doctor`");
  const { vendor, architecture, description } = adapter.info;
  const name = [vendor, architecture, description].filter(Boolean).join(" ");
  task.meta.gpu = { adapter: name };
  if (policy.hardware && isSoftware(adapter.info))
    return refuse(
      `expected a GPU, got the software adapter ${name}; install the GPU's driver (see \`npx actigrad doctor\`), or ask for it: gpu: "software"`,
    );
  watch?.begin();
});

afterEach(async ({ task }) => {
  const found = await watch?.end();
  if (found === undefined) return;
  lost = found.lost;
  const faults = [...found.faults];
  if (found.leaks.length > 0 && policy.leaks !== "ignore") {
    if (task.meta.gpu !== undefined) task.meta.gpu.leaks = found.leaks;
    if (policy.leaks === "fail") faults.push(`not destroyed: ${leakText(found.leaks)}`);
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
});

/** Faults after the last test fail the file. */
afterAll(async () => {
  const { faults } = (await watch?.end()) ?? { faults: [] };
  if (faults.length > 0) throw new Error(faults.join("\n"));
});
