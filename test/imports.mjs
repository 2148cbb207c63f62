/**
 * Enforces the architecture's arrows: which layer may import which (types included), no cycle of files or of layers, which may
 * name GPU types and which may use Node. Run by `npm run check`, which prints the table that ARCHITECTURE.md shows; `findFaults`
 * is pure, so that a test can feed it bad sources.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/**
 * @typedef {object} Layer
 * @property {string} about its contents, for people
 * @property {string} imports the layers that it may import besides itself, separated by spaces
 * @property {boolean} [gpu] may name GPU types
 * @property {boolean} [node] may use Node
 */

/** The layers that the package's entry collects. */
const engine = "core data activations graph compile device nn optim train measure";

/**
 * A layer is a folder (or one file) by its path. It may import layers above it in this table, as listed.
 * @type {Readonly<Record<string, Layer>>}
 */
export const layers = {
  shaders: {
    about: "WGSL, and the build's plugin that strips comments and indentation",
    imports: "",
    node: true,
  },
  "src/core": { about: "shape, errors, random numbers, statistics, options as text", imports: "" },
  "src/report": {
    about: "drawing of reports: markup, charts, figures, tables, number formats",
    imports: "core",
  },
  "src/data": { about: "datasets, and every reader and writer of files", imports: "core" },
  "src/activations": {
    about: "activations, one record per file, and formulas",
    imports: "core shaders",
  },
  "src/graph": {
    about: "what to compute: node, op, grad, and one file per op",
    imports: "core activations shaders",
  },
  "src/compile": {
    about: "graph to plan: fusion, order, memory, kernel text; pure data",
    imports: "core graph shaders",
  },
  "src/device": { about: "replays a plan on the GPU", imports: "core graph compile", gpu: true },
  "src/nn": {
    about: "layers, losses, starting weights, networks",
    imports: "core activations graph compile",
  },
  "src/optim": { about: "optimizers, schedules, clipping", imports: "core graph" },
  "src/train": {
    about: "trainer, checkpoints, inspections and probes",
    imports: "core data graph compile device nn optim",
  },
  "src/measure": {
    about: "limits of the adapter, profiles, measured tiles",
    imports: "core data graph compile device train",
    gpu: true,
  },
  "src/check": {
    about: "float64 references, validate, reference cases, certificate",
    imports: "core report data activations graph compile device nn optim train",
  },
  "src/index.ts": { about: "the package's main entry", imports: engine },
  "src/activations.ts": { about: "the entry with all activations", imports: "activations nn" },
  "src/ops.ts": { about: "the entry with ops, graphs and plans", imports: "core graph compile device" },
  "src/experiments": {
    about: "statements about activations, one per file",
    imports: "core report check index.ts",
  },
  "src/host": {
    about: "runs a job where the GPU is: in Chrome, or in Node on Dawn",
    imports: "core",
    gpu: true,
    node: true,
  },
  "src/testing": {
    about:
      "GPU tests in headless Chrome, for any project: launcher, Vitest provider and policy, matchers, WGSL tester",
    imports: "core graph nn check host",
    gpu: true,
    node: true,
  },
  "src/node.ts": {
    about: "the entry for Node: device on Dawn, files from the disk",
    imports: "index.ts host",
  },
  "src/older-types.mjs": {
    about: "build step: declarations for older TypeScript",
    imports: "",
    node: true,
  },
  bench: {
    about: "benchmarks",
    imports: "core report data activations graph compile nn optim train measure check index.ts host shaders",
    gpu: true,
    node: true,
  },
  "src/app": {
    about: "command line, jobs, the lab page",
    imports: "core report activations check index.ts experiments host bench shaders",
    gpu: true,
  },
  test: { about: "tests, and the checks of README and imports", imports: "*", gpu: true, node: true },
};

/** Files of a layer that may use Node although the layer may not. */
const reachesNode = ["src/app/cli/", "src/app/sweep/engine/"];

const nameOf = (/** @type {string} */ layer) => layer.replace(/^src\//, "");
/** @type {ReadonlyMap<string, string>} */
const layerByName = new Map(Object.keys(layers).map((layer) => [nameOf(layer), layer]));

/** @param {string} file path from the repository's root, such as "src/core/shape.ts" */
function layerOf(file) {
  const parts = file.split("/");
  return layerByName.get(parts[0] === "src" ? (parts[1] ?? "") : (parts[0] ?? ""));
}

/** @param {string} layer @returns {string[]} paths of the layers that it may import */
function importsOf(layer) {
  const { imports } = /** @type {Layer} */ (layers[layer]);
  if (imports === "*") return Object.keys(layers);
  return imports
    .split(" ")
    .filter(Boolean)
    .map((name) => /** @type {string} */ (layerByName.get(name)));
}

/**
 * @param {ReadonlyMap<string, string>} sources path from the repository's root -> text
 * @returns {string[]} one line per fault; empty if all is well
 */
export function findFaults(sources) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Map<string, string[]>} what each file imports, types too */
  const imports = new Map();

  for (const [file, text] of sources) {
    const from = layerOf(file);
    /** @type {string[]} */
    const found = [];
    imports.set(file, found);
    if (file === "src/vite-env.d.ts" || !/\.(tsx?|mjs)$/.test(file)) continue;
    if (from === undefined) {
      faults.push(
        `${file}: "${file.split("/").slice(0, 2).join("/")}" is no layer; add it to test/imports.mjs`,
      );
      continue;
    }
    const { gpu = false, node = false } = /** @type {Layer} */ (layers[from]);
    const mayUseNode = node || reachesNode.some((path) => file.startsWith(path));
    const allowed = importsOf(from);
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    /** @param {ts.Node} at @param {string} what */
    const fault = (at, what) => {
      const line = tree.getLineAndCharacterOfPosition(at.getStart()).line + 1;
      faults.push(`${file}:${line}: ${what}`);
    };

    /** @param {ts.Node} at */
    const visit = (at) => {
      const specifier = importOf(at);
      if (specifier !== undefined) {
        const name = specifier.text;
        const target = name.startsWith(".") ? posix.join(posix.dirname(file), name) : undefined;
        const to = target === undefined ? undefined : layerOf(target);
        if (name.startsWith("node:") && !mayUseNode)
          fault(at, `${nameOf(from)} imports ${name}, and may not use Node`);
        if (to !== undefined && to !== from && !allowed.includes(to)) {
          fault(
            at,
            `${nameOf(from)} imports ${name}; it may import ${allowed.map(nameOf).join(", ") || "nothing"}`,
          );
        }
        if (target !== undefined) found.push(target.replace(/\?.*$/, ""));
      }
      if (!gpu && ts.isIdentifier(at) && /^GPU([A-Z]|$)/.test(at.text))
        fault(at, `${nameOf(from)} names ${at.text}; that is src/device's affair`);
      ts.forEachChild(at, visit);
    };
    visit(tree);
  }
  return [...faults, ...findCycles(imports)];
}

/** Arrows of the table that do not point up: with them, layers could form a cycle. @returns {string[]} */
export function findDownward() {
  const order = Object.keys(layers);
  return order.flatMap((from, i) =>
    layers[from]?.imports === "*"
      ? []
      : importsOf(from).flatMap((to) =>
          order.indexOf(to) < i ? [] : [`${nameOf(from)} may import ${nameOf(to)}, which stands below it`],
        ),
  );
}

/** Arrows that the table allows and nothing uses. @param {ReadonlyMap<string, string>} sources @returns {string[]} */
export function findUnused(sources) {
  /** @type {Set<string>} */
  const used = new Set();
  for (const [file, text] of sources) {
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    /** @param {ts.Node} at */
    const visit = (at) => {
      const name = importOf(at)?.text;
      if (name?.startsWith(".") === true)
        used.add(`${layerOf(file)} ${layerOf(posix.join(posix.dirname(file), name))}`);
      ts.forEachChild(at, visit);
    };
    visit(tree);
  }
  return Object.keys(layers).flatMap((from) =>
    layers[from]?.imports === "*"
      ? []
      : importsOf(from).flatMap((to) =>
          used.has(`${from} ${to}`) ? [] : [`${nameOf(from)} may import ${nameOf(to)}, and does not`],
        ),
  );
}

/**
 * @param {ts.Node} node
 * @returns {ts.StringLiteral | undefined} what an import, a re-export, import() or the type import() names
 */
function importOf(node) {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) return node.moduleSpecifier;
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
    return node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument && ts.isStringLiteral(argument)) return argument;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    if (ts.isStringLiteral(node.argument.literal)) return node.argument.literal;
  }
  return undefined;
}

/**
 * @param {ReadonlyMap<string, readonly string[]>} imports
 * @returns {string[]} one line per cycle, each reported once
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

/** The table of layers, in which everything imports upwards. @returns {string[][]} heading first */
export function layerTable() {
  const rows = Object.entries(layers).map(([layer, { about, imports }]) => [
    layer,
    about,
    imports === "*" ? "everything" : importsOf(layer).map(nameOf).join(", ") || "nothing",
  ]);
  return [["layer", "contents", "imports"], ...rows];
}

/** @param {string} root @returns {Map<string, string>} */
export function readSources(root) {
  /** @type {Map<string, string>} */
  const sources = new Map();
  for (const folder of ["src", "bench", "test", "shaders"]) {
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
  const faults = [...findDownward(), ...findFaults(sources), ...findUnused(sources)];
  const [left, middle] = [0, 1].map((i) => Math.max(...layerTable().map((row) => row[i]?.length ?? 0)));
  for (const [layer = "", about = "", imports = ""] of layerTable())
    console.log(`${layer.padEnd(left ?? 0)}  ${about.padEnd(middle ?? 0)}  ${imports}`);
  console.log(
    faults.length > 0 ? faults.join("\n") : `imports: ${sources.size} files, every arrow points up, no cycle`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}
