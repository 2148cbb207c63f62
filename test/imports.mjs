/**
 * Holds the architecture's arrows: which folder of src/ may import which, no import cycles, who may name GPU types
 * and who may reach for Node. Run by `npm run check`; `findFaults` is pure, so that a test can feed it bad sources.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/**
 * A layer is a folder of src/, or a file directly in it. It may import itself and the layers listed beside it.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const layers = {
  core: [],
  activations: ["core"],
  formula: ["core", "activations"],
  graph: ["core"],
  ops: ["core", "activations", "graph"],
  kernels: ["core", "activations", "graph", "ops"],
  plan: ["core", "activations", "graph", "ops", "kernels"],
  device: ["core", "graph", "plan", "kernels"],
  reference: ["core", "activations", "graph", "ops"],
  nn: ["core", "activations", "formula", "graph", "ops", "kernels"],
  optim: ["core", "graph", "ops"],
  data: ["core", "graph"],
  files: ["core"],
  train: ["core", "graph", "ops", "kernels", "plan", "device", "nn", "optim", "data"],
  limits: ["core", "device"],
  profile: ["core", "data", "device", "graph", "limits", "plan", "train"],
  tune: ["core", "data", "device", "graph", "kernels", "ops", "plan", "train"],
  "index.ts":
    "core activations formula graph ops kernels plan device nn optim data files train limits profile tune".split(
      " ",
    ),
  validate: "core data graph kernels ops plan device reference train".split(" "),
  verify: "core activations data device files graph kernels nn ops optim plan reference train".split(" "),
  certificate: "core activations graph ops plan device reference".split(" "),
  experiments: ["core", "index.ts", "reference"],
  jobs: ["core", "experiments", "index.ts", "reference", "validate", "verify", "certificate"],
  cli: ["core", "experiments", "index.ts", "jobs", "certificate"],
  lab: ["core", "experiments", "index.ts", "reference", "jobs"],
};
const namesGpuTypes = ["device", "limits", "jobs", "cli", "lab"];
const reachesNode = ["cli"];

/** @param {string} file path from the repository's root, such as "src/core/shape.ts" */
const layerOf = (file) => (file.startsWith("src/") ? file.split("/")[1] : undefined);

/**
 * @param {ReadonlyMap<string, string>} sources path from the repository's root -> text
 * @returns {string[]} one line a fault; empty when all is well
 */
export function findFaults(sources) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Map<string, string[]>} what each file imports at run time; `import type` cannot make a cycle there */
  const imports = new Map();

  for (const [file, text] of sources) {
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const from = layerOf(file);
    /** @type {string[]} */
    const values = [];
    imports.set(file, values);
    /** @param {ts.Node} node @param {string} what */
    const fault = (node, what) => {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      faults.push(`${file}:${line}: ${what}`);
    };
    if (from === "vite-env.d.ts") continue;
    if (from !== undefined && !(from in layers)) {
      faults.push(`${file}: "${from}" is no layer; add it to test/imports.mjs`);
      continue;
    }

    /** @param {ts.Node} node */
    const visit = (node) => {
      const specifier = importOf(node);
      if (specifier !== undefined) {
        const name = specifier.node.text;
        const target = name.startsWith(".") ? posix.join(posix.dirname(file), name) : undefined;
        const to = target === undefined ? undefined : layerOf(target);
        if (from !== undefined && name.startsWith("node:") && !reachesNode.includes(from)) {
          fault(node, `${from} imports ${name}; only ${reachesNode.join(", ")} may use Node`);
        }
        if (from !== undefined && to !== undefined && to !== from && !layers[from]?.includes(to)) {
          fault(node, `${from} imports ${name}; it may import ${layers[from]?.join(", ") || "nothing"}`);
        }
        if (target !== undefined && !specifier.typeOnly) values.push(target);
      }
      if (from !== undefined && ts.isIdentifier(node) && /^GPU([A-Z]|$)/.test(node.text)) {
        if (!namesGpuTypes.includes(from))
          fault(node, `${from} names ${node.text}; that is src/device's affair`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return [...faults, ...findCycles(imports)];
}

/**
 * @param {ts.Node} node
 * @returns {{ node: ts.StringLiteral, typeOnly: boolean } | undefined} what an import, a re-export or import() names
 */
function importOf(node) {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { node: node.moduleSpecifier, typeOnly };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { node: node.moduleSpecifier, typeOnly: node.isTypeOnly };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument && ts.isStringLiteral(argument)) return { node: argument, typeOnly: false };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    if (ts.isStringLiteral(node.argument.literal)) return { node: node.argument.literal, typeOnly: true };
  }
  return undefined;
}

/**
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {string[]} one line a cycle, each reported once
 */
function findCycles(imports) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @param {string} file @param {readonly string[]} path */
  const walk = (file, path) => {
    if (path.includes(file)) {
      faults.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
    } else if (!done.has(file)) {
      for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of imports.keys()) walk(file, []);
  return faults;
}

/** @param {string} root @returns {Map<string, string>} */
function readSources(root) {
  /** @type {Map<string, string>} */
  const sources = new Map();
  for (const folder of ["src", "bench", "test"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\.(tsx?|mjs)$/.test(entry.name)) continue;
      sources.set(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8"));
    }
  }
  return sources;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const sources = readSources(join(dirname(fileURLToPath(import.meta.url)), ".."));
  const faults = findFaults(sources);
  console.log(
    faults.length > 0 ? faults.join("\n") : `imports: ${sources.size} files, every arrow points one way`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}
