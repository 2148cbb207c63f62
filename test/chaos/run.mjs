/** Runs chaos, soak or queue from source, through Vite's module runner. */
import { fileURLToPath } from "node:url";
import { createServer, createServerModuleRunner } from "vite";

const vite = await createServer({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  configFile: false,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const [what, ...argv] = process.argv.slice(2);
const runner = createServerModuleRunner(vite.environments.ssr);
/** @type {{ main: (argv: readonly string[], serve: typeof vite.middlewares) => Promise<number> }} */
const { main } = await runner.import(`/test/chaos/${what}.ts`);
process.exitCode = await main(argv, vite.middlewares);
await vite.close();
