import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** The adapter that a GPU test ran on; test/gpu/setup.ts writes it. */
    adapter?: string;
  }
}

/** The last lines of a run: how many GPU tests ran and where, then the sum over both projects. */
export class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandled.length;
    let onGpu = 0;
    const adapters = new Set<string>();
    for (const module of modules) {
      // A file that does not even load has no tests that could fail.
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failed++;
        const { adapter } = test.meta();
        if (adapter === undefined || state === "skipped") continue;
        adapters.add(adapter);
        onGpu++;
      }
    }
    console.log(`${onGpu} GPU tests ran on ${[...adapters].join(", ") || "no adapter"}`);
    console.log(`${passed} passed, ${failed} failed`);
  }
}
