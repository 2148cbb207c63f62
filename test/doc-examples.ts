import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plugin, transformWithOxc } from "vite";

/** The folder whose pages have one example each, with its imports. */
export const PAGES = "docs/write-your-own";

const entries: Readonly<Record<string, string>> = {
  actigrad: "src/index.ts",
  "actigrad/activations": "src/activations.ts",
  "actigrad/ops": "src/ops.ts",
  "actigrad/reference": "src/check/float64/index.ts",
};

/** A page's blocks of TypeScript and JavaScript. */
export const examplesOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/```[tj]s\n([^]*?)```/g)].map(([, code]) => code!);

/** The only block of a page. */
export function exampleOf(file: string): string {
  const blocks = examplesOf(file);
  if (blocks.length !== 1) throw new Error(`${file} has ${blocks.length} examples, not one`);
  return blocks[0]!;
}

/** Turns a page with one example into a module: the example, unchanged, on the engine's sources. */
export const docExamples: Plugin = {
  name: "doc-examples",
  enforce: "pre",
  resolveId: (id) => (entries[id] === undefined ? null : resolve(entries[id])),
  async load(id) {
    if (!id.includes("/docs/") || !id.endsWith(".md")) return null;
    return (await transformWithOxc(exampleOf(id), id.replace(/md$/, "ts"))).code;
  },
};
