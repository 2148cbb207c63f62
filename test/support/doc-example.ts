import { readFileSync } from "node:fs";
import ts from "typescript";
import * as actigrad from "../../src/index.ts";
import * as ops from "../../src/ops.ts";

const modules: Readonly<Record<string, unknown>> = { actigrad, "actigrad/ops": ops };

/** The one block of TypeScript of a page of docs/write-your-own. */
export function exampleText(page: string): string {
  const found = /```ts\n([^]*?)```/.exec(readFileSync(`docs/write-your-own/${page}.md`, "utf8"))?.[1];
  if (found === undefined) throw new Error(`docs/write-your-own/${page}.md has no example`);
  return found;
}

/** What a page's example exports, run as it stands there. */
export function runExample<T>(page: string): T {
  const { outputText } = ts.transpileModule(exampleText(page), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const exports = {};
  new Function("exports", "require", outputText)(exports, (name: string) => modules[name]);
  return exports as T;
}
