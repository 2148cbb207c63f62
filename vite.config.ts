import { defineConfig } from "vitest/config";
import { ClosingLines } from "./test/closing-lines.ts";
import { puppeteer } from "./test/puppeteer-provider.ts";

export default defineConfig({
  test: {
    reporters: ["default", new ClosingLines()],
    projects: [
      {
        test: { name: "null", environment: "node", include: ["test/null/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        // The command line and its host: in Node, driving the browser as a user's run does.
        test: { name: "cli", environment: "node", include: ["test/cli/**/*.test.ts"], testTimeout: 120_000 },
      },
      {
        test: {
          name: "gpu",
          include: ["test/gpu/**/*.test.ts"],
          setupFiles: ["test/gpu/setup.ts"],
          testTimeout: 120_000, // a software adapter compiles and computes on the CPU
          provide: { allowNoGpu: process.env["ACTIGRAD_ALLOW_NO_GPU"] === "1" },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: puppeteer,
            instances: [{ browser: "chrome" }],
          },
        },
      },
    ],
  },
});
