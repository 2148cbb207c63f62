/** actigrad/testing/vitest: GPU tests in Vitest's browser mode. Needs vitest, @vitest/browser and puppeteer. */
import { extname, join } from "node:path";
import type { Plugin } from "vitest/config";
import { ActigradError, checkOptions } from "../core/errors.ts";
import { hasGpu } from "../host/gpu-choice.ts";
import type { LaunchOptions } from "./launch.ts";
import type { GpuPolicy } from "./policy.ts";
import { puppeteer } from "./provider.ts";
import { GpuSummary } from "./summary.ts";

export { puppeteer };
export type { GpuMeta, GpuPolicy } from "./policy.ts";

/** Options of `gpuTests`. */
export interface GpuTestsOptions extends LaunchOptions {
  /** Skips tests, instead of failing them, without an adapter or if a GPU is expected and missing; false by default. */
  readonly allowNoGpu?: boolean;
  /** What happens if a test does not destroy its buffers: "report" (default) names them after the run, "fail" fails the test. */
  readonly leaks?: GpuPolicy["leaks"];
}

const choices = ["auto", "software", "hardware"];

/**
 * A plugin that runs a project's tests in headless Chrome with WebGPU, under a policy. A test fails without an adapter, on a
 * software adapter if a GPU is expected, on an uncaught WebGPU error (the message names the call), when a device is lost, and
 * when it calls a lost or destroyed device.
 *
 * A GPU is expected with `gpu: "hardware"`, and with "auto" (default) if the machine has one.
 * @throws ActigradError "option" for an unknown option or value
 */
export function gpuTests(options: GpuTestsOptions = {}): Plugin {
  checkOptions("gpuTests", options, ["allowNoGpu", "leaks", "gpu", "signal", "headless", "flags", "say"]);
  const { allowNoGpu = false, leaks = "report", ...how } = options;
  const { gpu = "auto", headless = true } = how;
  if (!choices.includes(gpu))
    throw new ActigradError("option", `gpuTests: unknown gpu "${gpu}"`, {
      hint: `one of: ${choices.join(", ")}`,
    });
  const policy: GpuPolicy = {
    hardware: gpu === "hardware" || (gpu === "auto" && hasGpu()),
    allowNoGpu,
    leaks,
  };
  return {
    name: "actigrad:gpu-tests",
    config: {
      order: "pre", // Vitest 5 looks for a browser in the same hook
      handler: () => ({
        optimizeDeps: { exclude: ["actigrad"] }, // load modules as they are, so that the tests and the setup file share them
        test: {
          setupFiles: [join(import.meta.dirname, `setup${extname(import.meta.filename)}`)],
          provide: { gpuPolicy: policy },
          browser: {
            enabled: true,
            headless,
            screenshotFailures: false,
            provider: puppeteer(allowNoGpu && gpu === "hardware" ? { ...how, gpu: "auto" } : how),
            instances: [{ browser: "chrome" }],
          },
        },
      }),
    },
    configureVitest({ vitest }) {
      const reporters: unknown[] = vitest.config.reporters;
      if (!reporters.includes(summary)) reporters.splice(1, 0, summary); // after the one that lists the tests
    },
  };
}

/** One per run, however many projects have GPU tests. */
const summary = new GpuSummary();
