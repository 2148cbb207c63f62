/** The examples of README and docs: each parses, imports only what the package exports, and runs if it needs no device. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { fromJson, toJson } from "../../src/core/json.ts";
import * as engine from "../../src/index.ts";
import { examplesOf } from "../doc-examples.ts";

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

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const examples = pages.flatMap((page) => examplesOf(page).map((code, i) => ({ page, code, i })));
const example = (page: string, i = 0): string => examplesOf(page)[i]!;

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

test.each(examples)("example $i of $page parses, and imports what there is", async ({ code }) => {
  const { diagnostics } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  expect(diagnostics!.map(({ messageText }) => messageText)).toEqual([]);
  for (const [module, names] of importsOf(code)) {
    const entry = await entries[module]?.();
    if (entry !== undefined) expect(Object.keys(entry)).toEqual(expect.arrayContaining(names));
    else expect(module).not.toMatch(/^actigrad(?!\/testing\/expect$)/);
  }
});

test("there are examples, and their imports are seen", () => {
  expect(examples.length).toBeGreaterThan(25);
  expect(importsOf(example("docs/first-steps.md"))).toEqual([
    ["actigrad", expect.arrayContaining(["Trainer", "loadDataset", "tanh"])],
  ]);
});

/** Runs an example without its imports. @returns the values of some of its constants */
function run(code: string, given: Readonly<Record<string, unknown>>, results: readonly string[]): unknown[] {
  const { statements } = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const rest = statements.filter((statement) => !ts.isImportDeclaration(statement));
  const body = `${rest.map((statement) => statement.getText()).join("\n")}\nreturn [${results.join(", ")}];`;
  const js = ts.transpileModule(`function example() {${body}}`, {
    compilerOptions: { target: ts.ScriptTarget.ESNext },
  }).outputText;
  // oxlint-disable-next-line typescript/no-implied-eval -- the pages' own code
  return Function(...Object.keys(given), `${js}; return example();`)(...Object.values(given)) as unknown[];
}

test("the example of data from arrays and tables", () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i / 3},${i * i},${i % 2 ? "setosa" : "virginica"}`);
  const text = ["length,width,species", ...rows].join("\n");
  const given = { ...engine, text, newText: text };
  const [points, train, test, later] = run(example("docs/data.md"), given, [
    "points",
    "train",
    "test",
    "later",
  ]) as engine.ClassDataset[];
  expect(points).toMatchObject({ shape: [2], classes: 2, classNames: ["other", "same"] });
  expect([train!.labels.length, test!.labels.length, later!.labels.length]).toEqual([16, 4, 20]);
});

test("the example of a network with as many parameters", () => {
  const [model] = run(`const model = ${example("docs/kan.md", 1)}`, { ...engine }, ["model"]);
  const plain = engine.network({ inputs: 64, hidden: [128, 64], outputs: 10, activations: ["relu"] });
  const count = (network: engine.Model): number => engine.summary(network).parameters;
  expect(count(model as engine.Model) / count(plain)).toBeCloseTo(1, 2);
});

test("the reader of JSON for other programs reads what ours writes", () => {
  const value = { a: [1.5, NaN, -Infinity], text: ["NaN", "'Infinity", "plain"] };
  const code = example("docs/json.md").replace("JSON.parse(", "const read = JSON.parse(");
  const [read] = run(code, { text: toJson(value) }, ["read"]);
  expect(read).toEqual(value);
  expect(read).toEqual(fromJson(toJson(value)));
});
