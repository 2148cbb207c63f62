/** Pages of the comparison, bundled in memory as for a website: minified, each with only what it needs. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { bareShaders } from "../../shaders/plugin.ts";
import type { Pages } from "../../src/host/pages.ts";

/** URL path -> content. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The script of every bundled page. */
export const SCRIPT = "/page.js";

/** Builds for production, whatever mode this process runs in. */
const production = {
  "process.env.NODE_ENV": '"production"',
  "globalThis.process.env.NODE_ENV": '"production"',
};

const mimeTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

/**
 * Bundles a script.
 * @param entry path from the repository's root
 * @param minify false keeps functions as written: a peer may send their text to its workers
 */
export async function bundle(entry: string, minify = true): Promise<Files> {
  const output = (await build({
    root: fileURLToPath(new URL("../..", import.meta.url)),
    configFile: false,
    plugins: [bareShaders], // as the package is built
    publicDir: false,
    logLevel: "error",
    base: "/",
    define: production,
    build: {
      write: false,
      minify,
      target: "esnext",
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { entryFileNames: SCRIPT.slice(1) } },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(
    output.output.map((file) => {
      const content = file.type === "chunk" ? file.code : file.source;
      return [`/${file.fileName}`, typeof content === "string" ? new TextEncoder().encode(content) : content];
    }),
  );
}

/** Serves bundled files, and records in `served` which were requested. */
export function bundledPages(files: Files, served = new Set<string>()): Pages {
  return {
    script: SCRIPT,
    serve(request, response, next) {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      const content = files.get(path);
      if (content === undefined) return next();
      served.add(path);
      response.setHeader("Content-Type", mimeTypes[extname(path)] ?? "application/octet-stream");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp"); // required by its workers
      response.end(content);
    },
  };
}

/** Total bytes of the named files, each compressed separately as a server would. */
export const gzipBytes = (files: Files, names: Iterable<string>): number =>
  [...names].reduce((total, name) => total + gzipSync(files.get(name)!, { level: 9 }).length, 0);
