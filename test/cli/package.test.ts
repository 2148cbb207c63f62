import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "puppeteer";
import ts from "typescript";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../../src/testing/launch.ts";
import { sendFile } from "../../src/host/pages.ts";
import { serveLocally } from "../../src/host/serve.ts";
import { PROJECT, examplesOf, moduleOf, pagesWithExamples } from "../doc-examples.ts";

/** The examples of README and docs by the names of their pages, and those of docs/write-your-own among them. */
const examples = new Map([...pagesWithExamples].map(([name, page]) => [name, moduleOf(page)]));
const ownExamples = new Map(
  [...examples].filter(([name]) => pagesWithExamples.get(name)!.startsWith("docs/write-your-own/")),
);

/** The packed tarball, installed in its own folder, as a user gets it. */
let folder: string;

function run(command: string, cwd: string): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(command, { cwd, shell: true, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

function mustRun(command: string, cwd: string): void {
  const { code, out, err } = run(command, cwd);
  if (code !== 0) throw new Error(`${command}: exit code ${code}\n${out}\n${err}`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "actigrad-package-"));
  mustRun("npm run build", ".");
  mustRun(`npm pack --ignore-scripts --pack-destination "${folder}"`, ".");
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  mustRun("npm init -y", folder);
  mustRun(`npm install --offline --no-audit --no-fund ./${tarball}`, folder);
}, 900_000); // it builds everything

afterAll(() => rmSync(folder, { recursive: true }));

test("the tarball holds what is built, and is well formed", () => {
  const files = readdirSync(join(folder, "node_modules/actigrad"));
  expect(files.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
  mustRun("npx publint --strict", ".");
});

test("the command line runs, and says what it lacks", () => {
  const help = run("npx actigrad --help", folder);
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("  doctor  ") });
  const doctor = run("npx actigrad doctor", folder);
  expect(doctor).toMatchObject({ code: 3, err: expect.stringContaining("npm i puppeteer") });
});

test("a bundle carries what it uses: an activation alone 2 KiB, a page that trains 47.5 KiB with the kernels for GPUs, gzip", async () => {
  expect(await bundledKib(`import { relu } from "actigrad"; console.log(relu.name);`)).toBeLessThanOrEqual(2);
  const page = readFileSync("bench/peers/smallest/actigrad.ts", "utf8")
    .replace(/"[^"]*src\/index\.ts"/, '"actigrad"')
    .replace(/^import .*page\.ts";$/m, "");
  expect(page).toContain('from "actigrad"');
  expect(await bundledKib(page)).toBeLessThanOrEqual(47.5);
});

test.each(["typescript-oldest", "typescript", "typescript-newest"])(
  "README's example, and those of docs with the current one, are right in their types with %s, for bundlers and for Node",
  (compiler) => {
    writeFileSync(join(folder, "example.mts"), `${readmeExample()}\nexport {};\n`);
    writeFileSync(
      join(folder, "node.mts"),
      `import { device, loadDataset } from "actigrad/node";
       import { interpret } from "actigrad/reference";
       import { exp, findActivation, gated, sin, snake } from "actigrad/activations";
       import { linear, sequential } from "actigrad";
       export const gpu = await device({ adapter: "software" });
       export const { train } = await loadDataset("moons");
       export const model = sequential(linear(2, 8), sin, linear(8, 8), gated(snake({ alpha: 2 })), linear(4, 2), exp);
       export const found: string = findActivation("gaussian").name;
       export { interpret };\n`,
    );
    const pages = compiler === "typescript" ? [...examples] : [];
    for (const [page, code] of pages) writeFileSync(join(folder, `${page}.mts`), `${code}\nexport {};\n`);
    // Below version 6 the DOM's types lack WebGPU; a user installs its types, and so does this folder.
    const types = join(folder, "node_modules/@webgpu");
    if (compiler === "typescript-oldest") cpSync("node_modules/@webgpu", types, { recursive: true });
    else rmSync(types, { recursive: true, force: true });
    for (const [module, moduleResolution] of [
      ["ESNext", "Bundler"],
      ["NodeNext", "NodeNext"],
    ]) {
      const compilerOptions = {
        target: "ES2022",
        module,
        moduleResolution,
        strict: true,
        noEmit: true,
        types: [],
      };
      const config = {
        compilerOptions,
        files: ["example.mts", "node.mts", ...pages.map(([page]) => `${page}.mts`)],
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
      mustRun(`node "${resolve("node_modules", compiler, "bin/tsc")}" -p tsconfig.json`, folder);
    }
  },
);

test("README's example runs in Chrome and learns", async () => {
  const code = `${readmeExample()}\nwindow.result = { accuracy, logits: [...logits] };\n`;
  const result = await resultInChrome<{ accuracy: number[]; logits: number[] }>({ main: code });
  for (const accuracy of result.accuracy) expect(accuracy).toBeGreaterThan(0.9);
  for (const logit of result.logits) expect(logit).toBeTypeOf("number");
});

test("README's example, bundled by Vite, runs in Chrome from what it built", async () => {
  writeFileSync(join(folder, "index.html"), `<!doctype html><script type="module" src="/site.ts"></script>`);
  writeFileSync(join(folder, "site.ts"), `${readmeExample()}\nwindow.result = { accuracy };\n`);
  await build({ root: folder, configFile: false, logLevel: "silent", build: { target: "es2023" } });
  const { accuracy } = await resultOf<{ accuracy: number[] }>(join(folder, "dist"), "/index.html");
  for (const own of accuracy) expect(own).toBeGreaterThan(0.9);
});

test("README's example in Node: eight runs on Dawn, garbage collected, and none crashes", async () => {
  installDawn();
  const own = ["device", "loadDataset"];
  const program = own.reduce(
    (text, name) => text.replace(new RegExp(`(import \\{.*?)${name}, `), "$1"),
    readmeExample(),
  );
  const file = join(folder, "in-node.mjs");
  writeFileSync(
    file,
    ts.transpileModule(
      `import { ${own.join(", ")} } from "actigrad/node";
       ${program.replace("await trainer.fit", "globalThis.gc();\nawait trainer.fit").replace("epochs: 30", "epochs: 4")}
       globalThis.gc();
       gpu.dispose();
       console.log(JSON.stringify({ accuracy: [...accuracy] }));`,
      { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } },
    ).outputText,
  );
  const once = (): Promise<{ code: number | null; out: string; err: string }> =>
    new Promise((done) => {
      const child = spawn(process.execPath, ["--expose-gc", file], {
        cwd: folder,
        env: { ...process.env, XDG_RUNTIME_DIR: folder }, // a system's own drivers complain if there is none
      });
      let [out, err] = ["", ""];
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (err += text));
      child.on("close", (code) => done({ code, out, err }));
    });
  const lines = new Set<string>();
  for (let i = 0; i < 4; i++) {
    for (const { code, out, err } of await Promise.all([once(), once()])) {
      expect({ code, err }).toEqual({ code: 0, err: "" });
      lines.add(out.trim().split("\n").at(-1)!);
    }
  }
  expect(lines.size).toBe(1); // the same bits each time
  for (const accuracy of (JSON.parse([...lines][0]!) as { accuracy: number[] }).accuracy)
    expect(accuracy).toBeGreaterThan(0.9);
}, 900_000); // a software adapter compiles the kernels eight times

/** Links Dawn as if `npm i webgpu` had installed it. */
function installDawn(): void {
  for (const name of ["webgpu", "debug", "ms"]) {
    const place = join(folder, "node_modules", name);
    if (!existsSync(place)) symlinkSync(resolve("node_modules", name), place, "junction");
  }
}

test("the library's example in Node reads a table from disk", () => {
  installDawn();
  mkdirSync(join(folder, "data"));
  cpSync("docs/iris.csv", join(folder, "data/iris.csv"));
  writeFileSync(
    join(folder, "library.mjs"),
    `${moduleOf("docs/library.md")}\nconsole.log(train.labels.length, test.labels.length);`,
  );
  expect(run("node library.mjs", folder)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^120 30\n$/),
  });
});

test("train, predict on unlabelled rows and load in a page give the same numbers", async () => {
  const rows = Array.from({ length: 150 }, (_, i) => [5 + (i % 3) + Math.sin(i), 3 + Math.cos(3 * i), i % 3]);
  const table = (heading: string, fields: (row: number[]) => unknown[]): string =>
    [heading, ...rows.map((row) => fields(row).join(","))].join("\n");
  writeFileSync(
    join(folder, "iris.csv"),
    table("length,width,species", ([a, b, c]) => [a, b, ["setosa", "versicolor", "virginica"][c!]]),
  );
  writeFileSync(
    join(folder, "new.csv"),
    table("width,length", ([a, b]) => [b, a]),
  );
  const puppeteer = join(folder, "node_modules/puppeteer");
  symlinkSync(resolve("node_modules/puppeteer"), puppeteer, "junction"); // as if installed next to it
  try {
    mustRun(
      "npx actigrad train --dataset iris.csv --layers 8 --batch 30 --epochs 3 --save m.safetensors --json t.json",
      folder,
    );
    mustRun("npx actigrad predict --load m.safetensors new.csv --probabilities --json p.json", folder);
    mustRun("npx actigrad predict --load m.safetensors iris.csv --part test --json q.json", folder);
  } finally {
    unlinkSync(puppeteer);
  }
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const inPage = await resultInChrome<{ classes: number[]; probabilities: number[]; classNames: string[] }>({
    main: `import { Predictor, device, load, probabilitiesOf } from "actigrad";
const saved = load(Uint8Array.from(atob("${readFileSync(join(folder, "m.safetensors"), "base64")}"), (c) => c.charCodeAt(0)));
const predictor = await Predictor.create(await device(), saved);
const predicted = await predictor.predict(Float64Array.of(${rows.map(([a, b]) => [a, b])}));
const probabilities = [...probabilitiesOf(predicted, saved.outputs)];
window.result = { classes: [...predicted.classes], probabilities, classNames: predicted.classNames };
`,
  });
  const predicted = json("p.json");
  expect(inPage.classes).toEqual(predicted.predictions);
  expect(inPage.probabilities).toEqual(predicted.probabilities.flat());
  expect(inPage.classNames).toEqual(predicted.classNames);
  expect(json("q.json").accuracy).toBe(json("t.json").evaluations.at(-1).accuracy[0]);
}, 120_000);

test("the examples of docs/write-your-own run in Chrome together, and each kernel is right against float64", async () => {
  const imports = [...ownExamples.keys()].map((page) => `import * as ${page} from "./${page}.js";`);
  const result = await resultInChrome<OwnResult>({
    ...Object.fromEntries(ownExamples),
    main: `${imports.join("\n")}\n${ownProgram}`,
  });
  const { losses, float64, unchecked, firstBad, peaks, close } = result;
  for (const [step, [want]] of float64.entries())
    expect(Math.abs(losses[step]! / want! - 1), `step ${step}`).toBeLessThan(1e-5);
  expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
  expect([unchecked, firstBad]).toEqual([[], null]);
  expect(peaks).toEqual(["0", "1", "2", "3", "4"]);
  expect(close).toEqual([1]);
});

interface OwnResult {
  losses: number[];
  float64: number[][];
  unchecked: unknown[];
  firstBad: unknown;
  peaks: string[];
  close: number[];
}

/** Trains a network that uses everything that the pages define. */
const ownProgram = `
import { Trainer, defineLayer, device, inspect, linear, sequential } from "actigrad";
import { interpretTraining, validate } from "actigrad/reference";
import { mul } from "actigrad/ops";
const gpu = await device();
const x = Float32Array.from({ length: 64 }, (_, i) => -2 + i / 16);
const targets = x.map((v) => Math.sin(2 * v));
const data = { kind: "values", name: "sine", rows: 64, shape: [1], x, targets, width: 1 };
const own = (kind, f) => defineLayer({ kind, build: (_, input) => f(input) });
const trainer = await Trainer.create(gpu, {
  model: sequential(
    linear(1, 8),
    layer.centred(8),
    own("softAbs", op.softAbs),
    own("cumsum", (input) => op.cumsum(mul(input, 0.25))),
    linear(8, 1),
  ),
  loss: loss.cautious(),
  optimizer: optimizer.signMomentum({ lr: 0.002 }),
  batch: 32,
});
const float64 = await interpretTraining(trainer, data, 5);
const { losses } = await trainer.fit(data, { steps: 100 });
const { executor } = await trainer.recorded(data);
const { unchecked, firstBad = null } = await validate(executor, trainer.stepValues(data, trainer.step));
const look = await inspect(trainer, data, { probes: [probe.peak()] });
look.run();
const peaks = Object.keys(await look.figures("peak"));
const { close } = await trainer.evaluate(data, { metrics: { close: metric.within(10) } });
window.result = { losses: [...losses[0]], float64, unchecked, firstBad, peaks, close };
`;

/** The project test/sample, with the tarball and Vitest as packages. */
function sampleProject(): string {
  const project = join(folder, "sample");
  if (existsSync(project)) return project;
  cpSync("test/sample", project, { recursive: true });
  linkPackages(project);
  return project;
}

function linkPackages(project: string): void {
  const packages = join(project, "node_modules");
  mkdirSync(join(packages, "@vitest"), { recursive: true });
  cpSync(join(folder, "node_modules/actigrad"), join(packages, "actigrad"), { recursive: true });
  for (const name of ["puppeteer", "vite", "vitest", "@vitest/browser"])
    symlinkSync(resolve("node_modules", name), join(packages, name), "junction");
}

interface SampleRun {
  readonly code: number | null;
  readonly out: string;
  readonly tests: readonly { title: string; status: string; failureMessages: readonly string[] }[];
}

/** Runs the sample's tests. @param options of Vitest */
function runSample(options: string): SampleRun {
  const project = sampleProject();
  const { code, out } = run(
    `node node_modules/vitest/vitest.mjs run --reporter=default --reporter=json --outputFile=report.json ${options}`,
    project,
  );
  const report = readFileSync(join(project, "report.json"), "utf8");
  const { testResults } = JSON.parse(report) as { testResults: { assertionResults: SampleRun["tests"] }[] };
  return { code, out, tests: testResults.flatMap(({ assertionResults }) => assertionResults) };
}

test("a project that tests its WGSL by the kit: the report names each fault, the rest passes, also when GPU process and browser are killed", () => {
  const { code, out, tests: all } = runSample("");
  expect(code, out).toBe(1);
  // Its result may or may not have left the browser.
  const tests = all.filter(({ title }) => title !== "before the browser is killed");
  const failed = new Map(
    tests.flatMap(({ status, title, failureMessages }) =>
      status === "passed" ? [] : [[title, failureMessages.join("\n")]],
    ),
  );
  expect(Object.fromEntries(failed)).toEqual({
    "half, wrong by 30 ulp": expect.stringMatching(
      /100 of 100 numbers are not within 4 ulp; the worst at [^]* 30 ulp off/,
    ),
    "loses its device and does not notice": expect.stringMatching(
      /queue.submit on device "own" that is destroyed/,
    ),
    "raises a validation error that nobody catches": expect.stringMatching(
      /GPUValidationError[^]*too much of everything/,
    ),
    "test 20 of 40": expect.stringMatching(/device "tests" was lost/),
    "the browser is killed": expect.stringMatching(/the browser ended while this file ran/),
    "after it": expect.stringMatching(/the browser ended while this file ran/),
  });
  expect(tests.length - failed.size).toBe(49);
  expect(out).toMatch(/policy.test.ts > leaks a buffer: 1 buffer, 64 bytes: "forgotten"/);
  expect(out).toMatch(/\d+ GPU tests ran on .*swiftshader/);
});

test("policies: what is left fails a test where that is asked for, and so does a software adapter where a GPU is expected", () => {
  const { code, out, tests } = runSample("--config policies.config.ts");
  expect(code, out).toBe(1);
  const results = tests.map(({ title, status, failureMessages }) => [title, status, ...failureMessages]);
  const fails = (title: string, message: RegExp) => [title, "failed", expect.stringMatching(message)];
  const software = /expected a GPU, got the software adapter .*swiftshader[^]*gpu: "software"/i;
  expect(results).toHaveLength(6);
  expect(results).toEqual(
    expect.arrayContaining([
      fails("leaves a buffer", /not destroyed: 1 buffer, 64 bytes: "forgotten"/),
      ["leaves none", "passed"],
      fails("leaves a buffer", software),
      fails("leaves none", software),
      ["leaves a buffer", "skipped"],
      ["leaves none", "skipped"],
    ]),
  );
});

test("the docs' project of GPU tests runs, with Vitest and with node:test", () => {
  const project = join(folder, "docs-project");
  linkPackages(project);
  writeFileSync(join(project, "package.json"), `{ "type": "module" }`);
  for (const code of examplesOf(PROJECT)) {
    const [, file] = /^\/\/ (\S+)\n/.exec(code)!;
    mkdirSync(dirname(join(project, file!)), { recursive: true });
    writeFileSync(join(project, file!), code);
  }
  const vitest = run("node node_modules/vitest/vitest.mjs run", project);
  expect(vitest.code, vitest.out + vitest.err).toBe(0);
  expect(vitest.out).toMatch(/1 GPU test ran on .*swiftshader/i);
  const { code, out, err } = run("node --test adapter.test.mjs", project);
  expect({ code, out, err }).toEqual({
    code: 0,
    out: expect.stringMatching(/an adapter binds 8 storage buffers[^]*pass 1/),
    err: "",
  });
});

/** The value that a page leaves in `window.result`; its module `main` may import the others. */
async function resultInChrome<T>(modules: Readonly<Record<string, string>>): Promise<T> {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  for (const [name, code] of Object.entries(modules))
    writeFileSync(join(folder, `${name}.js`), ts.transpileModule(code, { compilerOptions }).outputText);
  const dist = "/node_modules/actigrad/dist";
  const imports = {
    actigrad: `${dist}/index.js`,
    "actigrad/ops": `${dist}/ops.js`,
    "actigrad/reference": `${dist}/reference.js`,
  };
  writeFileSync(
    join(folder, "example.html"),
    `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/main.js"></script>`,
  );
  return resultOf(folder, "/example.html");
}

/** The value that a page in a folder leaves in `window.result`. */
async function resultOf<T>(root: string, address: string): Promise<T> {
  const server = await serveLocally((_, response, { path }) => {
    if (!sendFile(root, path, response)) response.writeHead(404).end();
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage();
    const faults: unknown[] = [];
    page.on("pageerror", (error) => faults.push(error));
    await page.goto(`${server.origin}${address}`);
    await page.waitForFunction("window.result", { timeout: 120_000 }).catch((error) => faults.push(error));
    expect(faults).toEqual([]);
    return (await page.evaluate("window.result")) as T;
  } finally {
    await browser?.close();
    server.close();
  }
}

/** Size of a program that is bundled with the installed package, gzip. */
async function bundledKib(program: string): Promise<number> {
  // A module, whatever npm init wrote into package.json: a CommonJS entry costs 1.4 KiB extra.
  const entry = join(folder, `entry-${program.length}.mts`);
  writeFileSync(entry, program);
  const bundled = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    // Built like a site: Vitest's own process is not in production mode.
    define: Object.fromEntries(
      ["process", "globalThis.process"].map((of) => [`${of}.env.NODE_ENV`, '"production"']),
    ),
    build: {
      write: false,
      target: "es2023",
      rolldownOptions: { input: entry, preserveEntrySignatures: false },
    },
  });
  const outputs = "output" in bundled ? bundled.output : [];
  const code = outputs.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return gzipSync(code).length / 1024;
}

/** The block after the mark <!-- example:library -->. */
function readmeExample(): string {
  const [, code] =
    /<!-- example:library -->\s*```ts\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
  if (code === undefined) throw new Error("README.md has no block after <!-- example:library -->");
  return code;
}
