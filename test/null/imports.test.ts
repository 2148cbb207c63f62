import { describe, expect, test } from "vitest";
import { findDownward, findFaults } from "../imports.mjs";

const faultsOf = (sources: Record<string, string>): string[] => findFaults(new Map(Object.entries(sources)));

describe("the import check", () => {
  test("accepts an arrow that points the right way", () => {
    expect(faultsOf({ "src/compile/fuse.ts": `import { shape } from "../core/shape.ts";` })).toEqual([]);
    expect(findDownward()).toEqual([]);
  });

  test("names a layer that imports what it must not, types and re-exports included", () => {
    const text = `\nimport type { Plan } from "../compile/plan.ts";\nexport { run } from "../device/executor.ts";`;
    expect(faultsOf({ "src/core/shape.ts": text })).toEqual([
      "src/core/shape.ts:2: core imports ../compile/plan.ts; it may import nothing",
      "src/core/shape.ts:3: core imports ../device/executor.ts; it may import nothing",
    ]);
  });

  test("sees the arrows between src, bench, test and shaders", () => {
    const [fault] = faultsOf({ "src/train/fit.ts": `import { run } from "../../bench/run.ts";` });
    expect(fault).toContain("train imports ../../bench/run.ts");
    expect(faultsOf({ "bench/run.ts": `import { x } from "../test/support/x.ts";` })[0]).toContain(
      "bench imports",
    );
    expect(faultsOf({ "shaders/plugin.ts": `import { x } from "../src/core/shape.ts";` })[0]).toContain(
      "nothing",
    );
  });

  test("finds a cycle, of types too", () => {
    const cycle = {
      "src/graph/a.ts": `import { b } from "./b.ts";`,
      "src/graph/b.ts": `export * from "./a.ts";`,
    };
    const fault = ["import cycle: src/graph/a.ts -> src/graph/b.ts -> src/graph/a.ts"];
    expect(faultsOf(cycle)).toEqual(fault);
    expect(faultsOf({ ...cycle, "src/graph/b.ts": `import type { A } from "./a.ts";` })).toEqual(fault);
  });

  test("keeps GPU types in src/device, Node in the host and the command line, and knows every folder", () => {
    expect(faultsOf({ "src/compile/plan.ts": `let buffer: GPUBuffer;` })[0]).toContain("names GPUBuffer");
    expect(faultsOf({ "src/data/idx.ts": `import { readFile } from "node:fs";` })[0]).toContain(
      "may not use Node",
    );
    expect(faultsOf({ "src/app/cli/x.ts": `import { readFile } from "node:fs";` })).toEqual([]);
    expect(faultsOf({ "src/app/lab/x.ts": `import { readFile } from "node:fs";` })[0]).toContain(
      "may not use Node",
    );
    expect(faultsOf({ "src/misc/x.ts": "" })[0]).toContain(`"src/misc" is no layer`);
  });
});
