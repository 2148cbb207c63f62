import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, schemas } from "./schema-of.mjs";
import { defineScript } from "./support/script.ts";

export const script = defineScript({
  name: "schema",
  summary:
    "Regenerates docs/schema: JSON schemas of what commands write with --json, from the types in src/app/cli/json-files.ts.",
  options: {},
  run() {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, text] of schemas()) writeFileSync(join(FOLDER, name), text);
  },
});
