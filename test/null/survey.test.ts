import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Activation, activations, resolveParams } from "../../src/activations/index.ts";
import { formula } from "../../src/activations/formula/index.ts";
import * as grouped from "../../src/nn/grouped.ts";

/** The rows of the page: function, kind, how. */
const page = readFileSync(new URL("../../docs/survey.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| (.+?) +\| (record|layer|formula|not) +\| `?(.+?)`? +\|$/gm)].map(
  ([, name, kind, how]) => ({ name: name!, kind: kind!, how: how! }),
);
const of = (kind: string) => rows.filter((row) => row.kind === kind);

test("records and layers are in the catalogue, and the page counts right", () => {
  for (const { how } of of("record")) expect(Object.keys(activations)).toContain(how);
  for (const { how } of of("layer")) expect(Object.keys(grouped)).toContain(how);
  const counts =
    /Of (\d+) functions, (\d+) are records .*?, (\d+) are layers .*?, (\d+) are formulas .*?, and (\d+) cannot/s.exec(
      page,
    )!;
  const kinds = ["record", "layer", "formula", "not"].map((kind) => of(kind).length);
  expect(counts.slice(1).map(Number)).toEqual([rows.length, ...kinds]);
  expect(rows.length).toBeGreaterThan(250);
});

/** Where a difference quotient of f is good, f' is it. */
function compared(record: Activation): number {
  const p = resolveParams<string>(record);
  let points = 0;
  for (let i = 0; i < 60; i++) {
    const x = -4 + (i + 1 / Math.PI) / 7.5;
    const central = (h: number): number => (record.f(x + h, p) - record.f(x - h, p)) / (2 * h);
    const [wide, want] = [central(2e-4), central(1e-4)];
    const scale = 1 + Math.abs(want);
    if (!(Math.abs(wide - want) <= 1e-4 * scale)) continue; // a jump, or no value
    points++;
    expect(Math.abs(record.dfdx(x, p) - want) / scale, `${record.formula} at ${x}`).toBeLessThan(1e-3);
  }
  return points;
}

test("every formula parses and differentiates", () => {
  for (const { name, how } of of("formula")) {
    const record = formula(how);
    if (record.surrogate !== true) expect(compared(record), name).toBeGreaterThan(25);
  }
}, 60_000);
