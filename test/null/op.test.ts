import { expect, test } from "vitest";
import { referenceOf } from "../../src/check/float64/index.ts";
import { references } from "../../src/check/float64/table.ts";
import { Graph, type Op } from "../../src/graph/graph.ts";
import { defineOp } from "../../src/graph/define-op.ts";
import { customKernel } from "../../src/graph/custom-kernel.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
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
  const kernel = (record: object): string => refused({ ...twice, kernel: record });
  expect(kernel({})).toContain(
    'unknown kind of kernel of op "twice" "undefined"; one of: storage, pointwise',
  );
  expect(kernel({ kind: "pointwize" })).toContain('"pointwize"; did you mean "pointwise"?');
  expect(kernel({ kind: "pointwise" })).toContain(
    'the kernel of op "twice": wgsl must be of type function, got nothing',
  );
  expect(kernel({ kind: "pointwise", wgsl: "2.0 * x" })).toContain(
    "wgsl must be of type function, got string",
  );
  expect(kernel({ ...twice.kernel, step: () => [] })).toContain('"step"; did you mean "steps"?');
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

test("a kernel of a user's own is refused by what is wrong with it", () => {
  const record = { inputs: ["x"], output: "y", workgroups: () => 1, body: "y[index] = x[index];" };
  const refused = (change: object): string => refusal(() => customKernel({ ...record, ...change }));
  expect(refused({})).toBe("accepted");
  expect(refused({ body: undefined })).toContain("custom kernel: body must be of type string function");
  expect(refused({ grid: 1 })).toContain('unknown field of custom kernel "grid"');
  expect(refused({ inputs: ["x y"] })).toBe('option: custom kernel: "x y" is not a valid WGSL name');
  expect(refused({ inputs: ["D"] })).toBe('option: custom kernel: the name "D" is taken');
  expect(refused({ inputs: ["y"] })).toBe('option: custom kernel: two tensors are called "y"');
  expect(refused({ workgroupSize: [32, 16] })).toContain("whose product is at most 256, got [32,16]");

  const planned = (change: object, inputs: 1 | 2 = 1): string =>
    refusal(() => {
      const graph = new Graph();
      const x = data(graph, "x", [1, 2, 3]);
      const op = defineOp({ ...twice, kernel: customKernel({ ...record, ...change }) });
      graph.output("y", graph.add(op, [x, x].slice(0, inputs), null));
      const limits = { maxStorageBuffers: 8, maxWorkgroups: 65_535, maxBindingBytes: 2 ** 27 };
      makePlan(graph, { ...limits, software: true, fuse: true });
    });
  expect(planned({})).toBe("accepted");
  expect(planned({}, 2)).toBe('option: custom kernel: the op "twice" has 2 inputs, its kernel names 1');
  expect(planned({ workgroups: () => 0.5 })).toContain(
    'workgroups of "twice" must be one or two whole numbers',
  );
  expect(planned({ dims: () => ({ taps: -1 }) })).toContain(
    "the dim taps must be a whole number from 0, got -1",
  );
});
