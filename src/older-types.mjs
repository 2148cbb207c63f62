/**
 * A step of the build: the package's declarations once more, for TypeScript below 6. There typed arrays take no type
 * parameter (before 5.7), and WebGPU's types come from the package @webgpu/types instead of the DOM's.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const [from, to] = ["dist/types", "dist/types-before-6"];
for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith(".d.ts")) continue;
  const path = join(entry.parentPath, entry.name);
  const text = readFileSync(path, "utf8").replaceAll(
    /\b((?:Big)?(?:Ui|I)nt\d+|Float\d+)Array<ArrayBuffer(?:Like)?>/g,
    "$1Array",
  );
  const target = join(to, relative(from, path));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, /\bGPU/.test(text) ? `/// <reference types="@webgpu/types" />\n${text}` : text);
}
