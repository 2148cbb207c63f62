import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plugin, transformWithOxc } from "vite";

/** The folder whose pages hold one example each, with its imports. */
export const PAGES = "docs/write-your-own";

const entries: Readonly<Record<string, string>> = {
  actigrad: "src/index.ts",
  "actigrad/activations": "src/activations.ts",
  "actigrad/ops": "src/ops.ts",
  "actigrad/reference": "src/check/float64/index.ts",
};

/** The one block of TypeScript of a page. */
export function exampleOf(file: string): string {
  const blocks = [...readFileSync(file, "utf8").matchAll(/```ts\n([^]*?)```/g)];
  if (blocks.length !== 1) throw new Error(`${file} has ${blocks.length} blocks of TypeScript, not one`);
  return blocks[0]![1]!;
}

/** Makes a page a module: its example, run as it stands there on the engine's sources. */
export const docExamples: Plugin = {
  name: "doc-examples",
  enforce: "pre",
  resolveId: (id) => (entries[id] === undefined ? null : resolve(entries[id])),
  async load(id) {
    if (!id.includes(PAGES) || !id.endsWith(".md")) return null;
    return (await transformWithOxc(exampleOf(id), id.replace(/md$/, "ts"))).code;
  },
};
