/** Writes the tables of README and ARCHITECTURE anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { runnerImport } from "vite";

/** @type {{ module: typeof import("./readme.ts") }} */
const { module } = await runnerImport("./test/readme.ts", { configFile: false, logLevel: "warn" });
writeFileSync("README.md", module.withTables(readFileSync("README.md", "utf8")));
writeFileSync("ARCHITECTURE.md", module.withLayers(readFileSync("ARCHITECTURE.md", "utf8")));
