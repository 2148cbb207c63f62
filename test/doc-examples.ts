/** The examples of README and docs, as modules that tests check and run. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type Plugin, transformWithOxc } from "vite";

const entries: Readonly<Record<string, string>> = {
  actigrad: "src/index.ts",
  "actigrad/activations": "src/activations.ts",
  "actigrad/ops": "src/ops.ts",
  "actigrad/reference": "src/check/float64/index.ts",
};

/** README and all pages of docs. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** Its examples are files of their own, which make a project. */
export const PROJECT = "docs/testing.md";

/** A page's blocks of TypeScript, JavaScript and WGSL. */
export const examplesOf = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/```(?:ts|js|wgsl)\n([^]*?)```/g)].map(([, code]) => code!);

/**
 * A page's examples in their order, as one module. A reader sees no comment `<!-- given ... -->`: it makes what the examples below it take
 * for granted.
 */
export const moduleOf = (file: string): string =>
  [...readFileSync(file, "utf8").matchAll(/```[tj]s\n([^]*?)```|<!-- given\n([^]*?)-->/g)]
    .map(([, code, given]) => code ?? given!)
    .join("\n");

/** Pages with examples, by a name for their module. */
export const pagesWithExamples: ReadonlyMap<string, string> = new Map(
  pages
    .filter((page) => page !== PROJECT && examplesOf(page).length > 0)
    .map((page) => [basename(page, ".md"), page]),
);

/** Turns a page into a module: its examples, unchanged, on the engine's sources. */
export const docExamples: Plugin = {
  name: "doc-examples",
  enforce: "pre",
  resolveId: (id) => (entries[id] === undefined ? null : resolve(entries[id])),
  async load(id) {
    const [file = "", steps] = id.split("?steps=");
    if (!file.endsWith(".md")) return null;
    const code = moduleOf(file);
    const short = steps === undefined ? code : code.replace(/\bsteps: \d+/, `steps: ${steps}`);
    return (await transformWithOxc(short, file.replace(/md$/, "ts"))).code;
  },
};
