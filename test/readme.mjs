/** Writes README's tables anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { runnerImport } from "vite";

/** @type {{ module: typeof import("./readme.ts") }} */
const { module } = await runnerImport("./test/readme.ts", { configFile: false, logLevel: "warn" });
writeFileSync("README.md", module.withTables(readFileSync("README.md", "utf8")));
