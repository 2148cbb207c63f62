import { expect, test } from "vitest";
import {
  Graph,
  type NetworkSpec,
  type Part,
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  concat,
  conv2d,
  dropout,
  flatten,
  globalAvgPool2d,
  glu,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  network,
  relu,
  reshape,
  residual,
  rmsNorm,
  sequential,
  softmax,
  unflatten,
} from "../../src/index.ts";
import { data } from "../../src/graph/ops/source.ts";
import { interpret } from "../../src/check/float64/interpret.ts";
import { numbers } from "../support/networks.ts";
import { refusal } from "../support/errors.ts";

const images = unflatten([3, 8, 8]);

test("a network of images knows its sizes and its parameters under PyTorch's names", () => {
  const model = sequential(
    images,
    conv2d(3, 8, 3, { padding: 1, bias: false }),
    batchNorm2d(8),
    relu,
    residual([conv2d(8, 16, 3, { stride: 2, padding: 1 })], [conv2d(8, 16, 1, { stride: 2 })]),
    concat([maxPool2d(2)], [avgPool2d(2), groupNorm(4, 16)]),
    globalAvgPool2d(),
    flatten(),
    dropout(0.5),
    linear(32, 4),
  );
  expect([model.inputs, model.outputs]).toEqual([192, 4]);
  const graph = new Graph();
  const { output, parameters } = model.build(graph, data(graph, "x", [1, 2, 192]), 3);
  expect(output.shape).toEqual([3, 2, 4]);
  const shapes = parameters.flatMap(({ views }) => views.map(({ name, shape }) => `${name} ${shape.join()}`));
  expect(shapes).toEqual([
    "1.weight 8,3,3,3",
    "2.weight 8",
    "2.bias 8",
    "2.running_mean 8",
    "2.running_var 8",
    "4.body.0.weight 16,8,3,3",
    "4.body.0.bias 16",
    "4.shortcut.0.weight 16,8,1,1",
    "4.shortcut.0.bias 16",
    "5.1.1.weight 16",
    "5.1.1.bias 16",
    "9.weight 4,32",
    "9.bias 4",
  ]);
});

test("what makes a layer without options stands for it", () => {
  const titles = (...parts: readonly Part[]): string[] =>
    sequential(linear(2, 8), ...parts).layers.map(({ title }) => title);
  const short = titles(relu, glu, unflatten([4, 1, 1]), globalAvgPool2d, flatten, softmax);
  const long = titles(relu(), glu(), unflatten([4, 1, 1]), globalAvgPool2d(), flatten(), softmax());
  expect(short).toEqual(long);
  expect(short.at(-1)).toBe("softmax");
});

test("what neither is a layer nor makes one is refused by its place", () => {
  const refused = (part: unknown): string =>
    refusal(() => sequential(linear(2, 2), part as Part, linear(2, 1)));
  const hint = "; make a layer with defineLayer, an activation with defineActivation or formula";
  const made = `option: layer 1 must be a layer or a function that makes one, got a function that returns none${hint}`;
  expect(refused((x: number) => x)).toBe(made);
  expect(refused((x: { shape: number[] }) => x.shape[0])).toBe(made);
  expect(refused(undefined)).toBe(
    `option: layer 1 must be a layer or a function that makes one, got undefined${hint}`,
  );
  expect(refused("relu")).toContain("got string");
  expect(refused(linear)).toContain("option: ");
});

test("networks of images from data", () => {
  const spec = { inputs: 784, hidden: [], outputs: 10, activations: ["relu"], sample: [28, 28] };
  for (const model of ["cnn", "resnet"] as const) {
    const built = network({ ...spec, model });
    expect([built.inputs, built.outputs]).toEqual([784, 10]);
    const doubled = network({
      ...spec,
      model,
      activations: ["glu"],
      sample: [1, 28, 28],
      last: "log_softmax",
    });
    expect(doubled.outputs).toBe(10);
  }
  expect(() => network({ ...spec, model: "cnn", sample: [784] })).toThrow("cnn: it expects images");
  expect(() => network({ ...spec, model: "cmn" as "cnn" })).toThrow("cnn");
});

test("a network's normalisation stands before each activation, by name", () => {
  const titles = (spec: Partial<NetworkSpec>): string[] =>
    network({ inputs: 64, hidden: [6, 4], outputs: 3, activations: ["glu"], ...spec }).layers.map(
      ({ title }) => title,
    );
  expect(titles({ norm: "batch" })).toEqual([
    "linear(64, 12)",
    "batchNorm1d(12)",
    "glu",
    "linear(6, 8)",
    "batchNorm1d(8)",
    "glu",
    "linear(4, 3)",
  ]);
  expect(titles({ norm: "layer" })[1]).toBe("layerNorm(12)");
  expect(titles({})).toEqual(titles({ norm: "none" }));
  const images = { sample: [8, 8], activations: ["relu"] };
  expect(titles({ ...images, model: "cnn", norm: "layer" }).slice(1, 4)).toEqual([
    "conv2d(1, 16, 3, padding=1)",
    "groupNorm(1, 16)",
    "relu",
  ]);
  expect(titles({ ...images, model: "resnet" })).toEqual(
    titles({ ...images, model: "resnet", norm: "batch" }),
  );
  expect(titles({ ...images, model: "resnet", norm: "none" }).join()).not.toMatch(/norm/i);
  expect(() => titles({ norm: "bach" as "batch" })).toThrow("batch");
});

test("what leaves a network is in PyTorch's order", () => {
  const model = sequential(unflatten([2, 3]), reshape([3, 1, 2]), rmsNorm([3, 1, 2], { affine: false }));
  const graph = new Graph();
  const { output } = model.build(graph, data(graph, "x", [1, 1, 6]), 1);
  graph.output("y", output);
  const x = numbers(1, [6]);
  const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / 6 + Math.fround(1e-5));
  const y = interpret(graph, new Map([["x", x]]))(output).data;
  for (const [i, value] of x.entries()) expect(y[i]).toBeCloseTo(value * scale, 6);
});

test.each([
  [
    "a kernel too large",
    () => sequential(images, conv2d(3, 4, 9)),
    /layer 1, conv2d\(3, 4, 9\): .*covers 9 x 9, the padded input has 8 x 8/,
  ],
  [
    "other channels",
    () => sequential(images, conv2d(1, 4, 3)),
    /layer 1, .*expects images \[1, height, width\].*\[3,8,8\]/,
  ],
  ["features for a convolution", () => sequential(linear(4, 9), conv2d(1, 4, 3)), /put unflatten/],
  [
    "groups that do not divide",
    () => conv2d(3, 4, 3, { groups: 2 }),
    /conv2d\(3, 4, 3, groups=2\): 2 groups do not divide 3 input and 4 output channels/,
  ],
  ["groups of a norm", () => groupNorm(3, 4), /3 groups do not divide 4 channels/],
  [
    "an image for a linear layer",
    () => sequential(images, linear(192, 4)),
    /layer 1, linear\(192, 4\): .*put flatten\(\) before it/,
  ],
  [
    "a shortcut of another shape",
    () => sequential(images, residual([conv2d(3, 4, 1)])),
    /layer 1, .*\[4,8,8\], its shortcut \[3,8,8\]/,
  ],
  [
    "branches of other sizes",
    () => sequential(images, concat([maxPool2d(2)], [])),
    /differ in more than the channels/,
  ],
  [
    "a wrong layer inside",
    () => sequential(images, residual([relu, conv2d(2, 3, 1)])),
    /body\.1, conv2d\(2, 3, 1\)/,
  ],
  ["a norm of other features", () => sequential(images, batchNorm2d(4)), /batchNorm2d\(4\)/],
  ["a norm of images over features", () => sequential(linear(4, 9), batchNorm2d(9)), /expects samples/],
  [
    "a norm of another sample",
    () => sequential(linear(4, 9), layerNorm(8)),
    /expects samples \[8\], got \[9\]/,
  ],
  [
    "padding of a pool",
    () => sequential(images, maxPool2d(2, { padding: 2 })).build(...input(192)),
    /more than half of the kernel/,
  ],
  ["no probability", () => dropout(1.5), /of at least 0 and of at most 1/],
  ["nothing that says a size", () => sequential(conv2d(1, 1, 1)), /unflatten\(\[1, 28, 28\]\)/],
  ["a stride of 0", () => conv2d(1, 1, 1, { stride: 0 }), /stride must be a whole number of at least 1/],
  [
    "one value per feature",
    () => sequential(linear(2, 3), batchNorm1d(3)).build(...input(2, 1), true),
    /no variance/,
  ],
  [
    "numbers that make no image",
    () => sequential(linear(2, 3), reshape([2, 2])),
    /got 3 numbers per sample, \[2,2\] has 4/,
  ],
])("%s: an error when the network is built, with its layer", (_, build, message) => {
  expect(build).toThrow(message);
});

/** Arguments of a model's `build`. */
function input(features: number, batch = 2): [Graph, ReturnType<typeof data>, number] {
  const graph = new Graph();
  return [graph, data(graph, "x", [1, batch, features]), 1];
}
