import { expect, test } from "vitest";
import { knownName } from "../../src/app/lab/data/known-name.ts";
import { activations, groupedActivations } from "../../src/index.ts";

const catalogue = {
  activations: Object.values(activations).map(({ name, formula }) => ({ name, formula })),
  grouped: Object.keys(groupedActivations),
};

test.each([
  ["ReLU", "relu"],
  ["Leaky ReLU", "leaky_relu"],
  ["LeakyReLU:negativeSlope=0.2", "leaky_relu:negativeSlope=0.2"],
  ["hard-tanh", "hardtanh"],
  ["SwiGLU", "swiglu"],
  ["swish:beta=1.5", "swish:beta=1.5"],
  ["x * Sigmoid(x)", "x * Sigmoid(x)"],
  ["relu(x) - relu(-x)", "relu(x) - relu(-x)"],
  ["RELUX", "RELUX"],
])("%s is %s", (typed, name) => expect(knownName(typed, catalogue)).toBe(name));

test("before the worker has told what there is, a text is as it was typed", () => {
  expect(knownName("ReLU")).toBe("ReLU");
});
