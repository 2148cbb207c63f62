/** Runs screenshots.ts, record.ts or statements.ts, whose types Node itself would not strip: `node test/lab/run.mjs record`. */
import { runnerImport } from "vite";

const [name = "", ...rest] = process.argv.slice(2);
process.argv.splice(2, Infinity, ...rest);
await runnerImport(`./test/lab/${name}.ts`, { configFile: false, logLevel: "error" });
