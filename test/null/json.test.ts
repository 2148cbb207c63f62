/** Numbers that are not finite cross every boundary unchanged. */
import { expect, test } from "vitest";
import { fromJson, toJson, toJsonText } from "../../src/core/json.ts";
import { Graph } from "../../src/graph/graph.ts";
import type { Op } from "../../src/graph/graph.ts";
import { readModelFile, writeModelFile } from "../../src/data/formats/model-file.ts";
import { decimal } from "../../src/report/numbers.ts";

const value = {
  loss: [1.5, NaN, Infinity, -Infinity, -2e-8],
  deep: { worst: Infinity, none: null, flag: true },
  names: ["NaN", "Infinity", "-Infinity", "'NaN", "''-Infinity", "nan", "'", ""],
};

test("numbers come back as what they were, and strings that read like them as strings", () => {
  expect(fromJson(toJson(value))).toEqual(value);
  expect(fromJson(toJsonText(value))).toEqual(value);
});

test("the encoding is what docs/json.md says", () => {
  expect(toJson([NaN, -Infinity, "NaN", "'Infinity", null])).toBe(
    `["NaN","-Infinity","'NaN","''Infinity",null]`,
  );
});

test("arrays of numbers lie on one line, those that are not finite too", () => {
  expect(toJsonText({ a: [1, NaN, -2.5e-7, -Infinity, null] })).toBe(
    '{\n "a": [1, "NaN", -2.5e-7, "-Infinity", null]\n}\n',
  );
  expect(toJson([1 / 3, 20_000_000_001], { digits: 7 })).toBe("[0.3333333,20000000001]");
});

test("attributes that differ in what is not finite make different nodes", () => {
  const op: Op<{ readonly fill: number }> = {
    name: "fill",
    shape: () => ({ shape: [1, 1, 1], dtype: "f32" }),
    kernel: { kind: "pointwise", wgsl: () => "T(0)" },
  };
  const graph = new Graph();
  const nodes = [Infinity, -Infinity, NaN].map((fill) => graph.add(op, [], { fill }));
  expect(new Set(nodes).size).toBe(3);
});

test("a checkpoint keeps what a schedule remembers", () => {
  const position = { schedule: [[NaN, Infinity, 1, 0]] };
  const checkpoint = { tensors: new Map(), position };
  const file = { engine: "", layers: [], outputs: "values", weights: [new Map()], checkpoint } as const;
  expect(readModelFile(writeModelFile(file), "a").checkpoint).toEqual(checkpoint);
});

test("figures for people name them", () => {
  expect([NaN, Infinity, -Infinity].map(decimal)).toEqual(["NaN", "Infinity", "-Infinity"]);
});
