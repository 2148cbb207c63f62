/** Runs the command line from source, through Vite's module runner; the same Vite serves its job pages. */
import { fileURLToPath } from "node:url";
import { createServer, createServerModuleRunner } from "vite";

const vite = await createServer({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  configFile: false,
  appType: "custom",
  logLevel: "warn",
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const runner = createServerModuleRunner(vite.environments.ssr);
/** @type {typeof import("./main.ts")} */
const { main } = await runner.import("/src/app/cli/main.ts");
/** @type {() => Promise<import("../../../bench/peers/host.ts").Comparison>} */
const openComparison = async () => (await runner.import("/bench/peers/host.ts")).openComparison();
process.exitCode = await main(
  process.argv.slice(2),
  { script: "/src/app/jobs/page.ts", serve: vite.middlewares },
  fileURLToPath(new URL("../../../dist/lab", import.meta.url)),
  openComparison,
);
await vite.close();
