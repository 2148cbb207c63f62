/** The same tests under policies that differ from what a machine without a GPU gets. */
import { type GpuPolicy, type GpuTestsOptions, gpuTests } from "actigrad/testing/vitest";
import { type Plugin, type TestProjectInlineConfiguration, defineConfig } from "vitest/config";

/** As where Chrome has only its software adapter for a machine that has a GPU. */
const gpuExpected = (allowNoGpu: boolean): Plugin => ({
  name: "gpu-expected",
  config: () => ({
    test: { provide: { gpuPolicy: { hardware: true, allowNoGpu, leaks: "report" } satisfies GpuPolicy } },
  }),
});

const project = (
  name: string,
  options: GpuTestsOptions,
  ...more: readonly Plugin[]
): TestProjectInlineConfiguration => ({
  plugins: [gpuTests({ gpu: "software", ...options }), ...more],
  server: { fs: { strict: false } }, // its packages are links
  test: { name, include: ["policies/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [
      project("leaks fail", { leaks: "fail" }),
      project("a GPU is expected", {}, gpuExpected(false)),
      project("a GPU is wished", {}, gpuExpected(true)),
    ],
  },
});
