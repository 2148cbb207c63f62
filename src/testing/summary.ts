/** The last lines of a run: how many GPU tests ran, on which adapter, and which left buffers. */
import type { Reporter, TestModule } from "vitest/node";
import { leakText } from "./policy.ts";

/** At most this many tests that left buffers are named. */
const NAMED = 10;

export class GpuSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let count = 0;
    const adapters = new Set<string>();
    const leaks: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { gpu } = test.meta();
        if (gpu === undefined || test.result().state === "skipped") continue;
        count++;
        adapters.add(gpu.adapter);
        if (gpu.leaks !== undefined)
          leaks.push(`  ${module.relativeModuleId} > ${test.fullName}: ${leakText(gpu.leaks)}`);
      }
    }
    const more = leaks.length > NAMED ? [`  and ${leaks.length - NAMED} more`] : [];
    const lines =
      leaks.length === 0 ? [] : ["buffers not destroyed by the end of a test:", ...leaks.slice(0, NAMED)];
    const ran = `${count} GPU ${count === 1 ? "test" : "tests"} ran`;
    lines.push(...more, `${ran} on ${[...adapters].join(", ") || "no adapter"}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  }
}
