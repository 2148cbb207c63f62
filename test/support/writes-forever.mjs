/** Replaces a file repeatedly until killed, using the command line's own function. */
import { createServer, createServerModuleRunner } from "vite";

const vite = await createServer({
  configFile: false,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const runner = createServerModuleRunner(vite.environments.ssr);
/** @type {typeof import("../../src/host/files.ts")} */
const { writeAtomic } = await runner.import("/src/host/files.ts");
const [path = "", size = "0"] = process.argv.slice(2);
for (let version = 1; ; version++) {
  await writeAtomic(path, new Uint8Array(Number(size)).fill(version % 256));
  process.stdout.write(`${version}\n`);
}
