import { expect, test } from "vitest";
import { referenceOf } from "../../src/check/float64/index.ts";
import { references } from "../../src/check/float64/table.ts";
import { Graph, type Op } from "../../src/graph/graph.ts";
import { defineOp } from "../../src/graph/op.ts";
import { ops } from "../../src/graph/ops/index.ts";
import { data } from "../../src/graph/ops/source.ts";
import { refusal } from "../support/errors.ts";

const twice = {
  name: "twice",
  shape: ([x]) => ({ shape: x!.shape, dtype: "f32" }),
  kernel: { kind: "pointwise", wgsl: ([x]) => `(2.0 * ${x})` },
} satisfies Op<null>;

const FIELDS = "; its fields are name, shape, kernel, vjp, reference, key, flops";

test("every op but storage has a float64 reference, which is found by its record", () => {
  for (const [name, op] of Object.entries(ops) as [string, Op][]) {
    const reference = referenceOf(op);
    if (name === "storage") expect(reference).toBeUndefined();
    else expect(reference, name).toBeDefined();
    expect(referenceOf({ ...op, reference: () => 1 })!, name).not.toBe(reference);
  }
  for (const [name, { op }] of Object.entries(references)) expect(op).toBe(ops[name as keyof typeof ops]);
});

test("a record with a fault is refused by what is wrong with it", () => {
  const refused = (record: unknown): string => refusal(() => defineOp(record as Op<null>));
  const { name: _name, ...nameless } = twice;
  const { shape: _shape, ...shapeless } = twice;
  const { kernel: _kernel, ...kernelless } = twice;
  expect(refused(() => 1)).toBe(`option: op: the record must be of type object, got function${FIELDS}`);
  expect(refused(null)).toBe(`option: op: the record must be of type object, got null${FIELDS}`);
  expect(refused(nameless)).toBe(`option: op: name must be of type string, got nothing${FIELDS}`);
  expect(refused({ ...twice, name: "" })).toBe(`option: op: name must be of type string, got ""${FIELDS}`);
  expect(refused(shapeless)).toBe(`option: op "twice": shape must be of type function, got nothing${FIELDS}`);
  expect(refused(kernelless)).toBe(`option: op "twice": kernel must be of type object, got nothing${FIELDS}`);
  expect(refused({ ...twice, shape: [1] })).toBe(
    `option: op "twice": shape must be of type function, got array${FIELDS}`,
  );
  expect(refused({ ...twice, refrence: () => 1 })).toContain(
    'unknown field of op "twice" "refrence"; did you mean "reference"?',
  );
});

test("two ops of one name are two nodes, one op with equal attributes is one", () => {
  const graph = new Graph();
  const x = data(graph, "x", [1, 2, 3]);
  const scale = (by: number): Op<{ f: () => number }> =>
    defineOp({ ...twice, kernel: { kind: "pointwise", wgsl: ([a]) => `(${by}.0 * ${a})` } });
  const [two, three] = [scale(2), scale(3)];
  const f = () => 1;
  expect(graph.add(two, [x], { f })).not.toBe(graph.add(three, [x], { f }));
  expect(graph.add(two, [x], { f })).toBe(graph.add(two, [x], { f }));
  // Functions are no JSON: attributes that hold others are others.
  expect(graph.add(two, [x], { f })).not.toBe(graph.add(two, [x], { f: () => 1 }));
});
