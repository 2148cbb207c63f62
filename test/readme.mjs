/** Regenerates the tables of docs and ARCHITECTURE. */
import { readFileSync, writeFileSync } from "node:fs";
import { runnerImport } from "vite";

/** @type {{ module: typeof import("./readme.ts") }} */
const { module } = await runnerImport("./test/readme.ts", { configFile: false, logLevel: "warn" });
for (const [file, withTable] of Object.entries({
  "docs/activations.md": module.withActivations,
  "docs/statements.md": module.withStatements,
  "docs/ko/statements.md": module.withKoreanStatements,
  "ARCHITECTURE.md": module.withLayers,
}))
  writeFileSync(file, withTable(readFileSync(file, "utf8")));
