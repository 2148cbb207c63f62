/** The examples of README and docs: each page's parse as one module, and import only what the package exports. */
import ts from "typescript";
import { expect, test } from "vitest";
import { fromJson, toJson } from "../../src/core/json.ts";
import * as engine from "../../src/index.ts";
import { examplesOf, moduleOf, pagesWithExamples } from "../doc-examples.ts";

const entries: Readonly<Record<string, () => Promise<object>>> = {
  actigrad: () => Promise.resolve(engine),
  "actigrad/activations": () => import("../../src/activations.ts"),
  "actigrad/ops": () => import("../../src/ops.ts"),
  "actigrad/node": () => import("../../src/node.ts"),
  "actigrad/reference": () => import("../../src/check/float64/index.ts"),
  "actigrad/testing": () => import("../../src/testing/index.ts"),
  "actigrad/testing/launch": () => import("../../src/testing/launch.ts"),
  "actigrad/testing/vitest": () => import("../../src/testing/vitest.ts"),
};

/** Values that an example imports by name: "actigrad" -> ["relu", ...]. */
function importsOf(code: string): [module: string, names: string[]][] {
  const { statements } = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest);
  return statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier, importClause }) => {
    const bindings = importClause?.namedBindings;
    const named = bindings !== undefined && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
    const values = importClause?.isTypeOnly ? [] : named.filter(({ isTypeOnly }) => !isTypeOnly);
    return [(moduleSpecifier as ts.StringLiteral).text, values.map(({ name }) => name.text)];
  });
}

test.each([...pagesWithExamples.values()])("%s", async (page) => {
  const { diagnostics } = ts.transpileModule(moduleOf(page), {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  expect(diagnostics!.map(({ messageText }) => messageText)).toEqual([]);
  for (const [module, names] of importsOf(moduleOf(page))) {
    const entry = await entries[module]?.();
    if (entry !== undefined) expect(Object.keys(entry)).toEqual(expect.arrayContaining(names));
    else expect(module).not.toMatch(/^actigrad(?!\/testing\/expect$)/);
  }
});

test("there are examples, and their imports are seen", () => {
  expect(pagesWithExamples.size).toBeGreaterThan(15);
  expect(importsOf(moduleOf("docs/first-steps.md"))).toEqual([
    ["actigrad", expect.arrayContaining(["Trainer", "loadDataset", "tanh"])],
  ]);
});

test("the reader of JSON for other programs reads what ours writes", () => {
  const value = { a: [1.5, NaN, -Infinity], text: ["NaN", "'Infinity", "plain"] };
  const code = examplesOf("docs/json.md")[0]!.replace("JSON.parse(", "return JSON.parse(");
  // oxlint-disable-next-line typescript/no-implied-eval -- the page's own code
  const read: unknown = Function("text", code)(toJson(value));
  expect(read).toEqual(value);
  expect(read).toEqual(fromJson(toJson(value)));
});
