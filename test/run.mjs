/** Runs a script of this repository from source, through Vite's module runner: `node test/run.mjs lab/record [OPTIONS]`. */
import { fileURLToPath } from "node:url";
import { createServer, createServerModuleRunner } from "vite";

const vite = await createServer({
  root: fileURLToPath(new URL("..", import.meta.url)),
  configFile: false,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const [what, ...argv] = process.argv.slice(2);
const runner = createServerModuleRunner(vite.environments.ssr);
/** @type {{ script: import("./support/script.ts").Script }} */
const { script } = await runner.import(`/test/${what}.ts`);
/** @type {typeof import("./support/script.ts")} */
const { runScript } = await runner.import("/test/support/script.ts");
process.exitCode = await runScript(script, argv, vite.middlewares);
await vite.close();
