import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Shell } from "../../src/app/cli/command.ts";
import { activations } from "../../src/app/cli/commands/activations.ts";
import { Terminal } from "../../src/app/cli/terminal.ts";
import { toJson } from "../../src/core/json.ts";
import { FOLDER, schemas } from "../schema-of.mjs";
import { sampleResult } from "./bench-sample.ts";
import { expectSchema } from "../support/schema.ts";

test("docs/schema is what the types of --json say", { timeout: 180_000 }, () => {
  const made = schemas();
  expect(readdirSync(FOLDER).toSorted(), "run `npm run schema`").toEqual([...made.keys()].toSorted());
  for (const [name, text] of made)
    expect(readFileSync(join(FOLDER, name), "utf8"), "run `npm run schema`").toBe(text);
});

test("the list of activations and a bench are as they say", async () => {
  let written: unknown;
  const run = (path: string): Promise<number> =>
    activations.run({ options: { json: path }, positionals: [] }, {
      terminal: new Terminal(silent, silent),
    } as Shell);
  const folder = mkdtempSync(join(tmpdir(), "actigrad-schema-"));
  try {
    const path = join(folder, "list.json");
    expect(await run(path)).toBe(0);
    written = JSON.parse(readFileSync(path, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
  expectSchema("activations", written);
  expectSchema("bench", JSON.parse(toJson(sampleResult())));
});

const silent = new PassThrough() as unknown as NodeJS.WriteStream;

const doctor = {
  host: "Node",
  adapter: { vendor: "v", architecture: "a", description: "", software: true },
  features: ["subgroups"],
  limits: { maxBindGroups: 4 },
  checked: 1024,
};

test("what is not as a schema says is found, with its place", () => {
  expectSchema("doctor", doctor);
  const faults = [
    [{ ...doctor, host: 3 }, "doctor.host: 3 is not string"],
    [{ ...doctor, more: 1 }, "doctor.more is not in the schema"],
    [{ ...doctor, limits: { maxBindGroups: null } }, "doctor.limits.maxBindGroups"],
    [{ ...doctor, adapter: { ...doctor.adapter, software: undefined } }, "doctor.adapter.software"],
    [{ ...doctor, features: undefined, limits: {} }, "doctor.features: undefined is not arr"],
  ] as const;
  for (const [value, where] of faults) expect(() => expectSchema("doctor", value)).toThrow(where);
});
