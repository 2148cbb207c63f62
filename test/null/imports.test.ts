import { describe, expect, test } from "vitest";
import { findFaults } from "../imports.mjs";

const faultsOf = (sources: Record<string, string>): string[] => findFaults(new Map(Object.entries(sources)));

describe("the import check", () => {
  test("accepts an arrow that points the right way", () => {
    expect(faultsOf({ "src/plan/fuse.ts": `import { shape } from "../core/shape.ts";` })).toEqual([]);
  });

  test("names a layer that imports what it must not, types and re-exports included", () => {
    const text = `\nimport type { Plan } from "../plan/plan.ts";\nexport { run } from "../device/executor.ts";`;
    expect(faultsOf({ "src/core/shape.ts": text })).toEqual([
      "src/core/shape.ts:2: core imports ../plan/plan.ts; it may import nothing",
      "src/core/shape.ts:3: core imports ../device/executor.ts; it may import nothing",
    ]);
  });

  test("finds a cycle of values, and lets types refer to each other", () => {
    const cycle = {
      "src/ops/a.ts": `import { b } from "./b.ts";`,
      "src/ops/b.ts": `export * from "./a.ts";`,
    };
    expect(faultsOf(cycle)).toEqual(["import cycle: src/ops/a.ts -> src/ops/b.ts -> src/ops/a.ts"]);
    expect(faultsOf({ ...cycle, "src/ops/b.ts": `import type { A } from "./a.ts";` })).toEqual([]);
  });

  test("keeps GPU types in src/device, Node in src/cli, and knows every folder", () => {
    expect(faultsOf({ "src/plan/plan.ts": `let buffer: GPUBuffer;` })[0]).toContain("names GPUBuffer");
    expect(faultsOf({ "src/data/idx.ts": `import { readFile } from "node:fs";` })[0]).toContain("only cli");
    expect(faultsOf({ "src/misc/x.ts": "" })[0]).toContain(`"misc" is no layer`);
  });
});
