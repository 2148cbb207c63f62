import { expect, test } from "vitest";
import { makePlan } from "../../src/compile/make-plan.ts";
import type { Plan } from "../../src/compile/plan.ts";
import { elements } from "../../src/core/shape.ts";
import { adamW, crossEntropy, gelu, gpt, parameterGroup, swiglu, tokenDataset } from "../../src/index.ts";
import type { Part } from "../../src/nn/layer.ts";
import { sourceOf, trainingGraph } from "../../src/train/step.ts";
import { paperTarget } from "../support/networks.ts";

/** A training step with decoupled decay, as a plan at WebGPU's default limits. */
function stepOf(
  layers: number,
  activation: Part,
  { context = 64, batch = 16, width = 128, target = paperTarget } = {},
): Plan {
  const vocabulary = 83;
  const tokens = Uint32Array.from({ length: 2 * context + 2 }, (_, i) => i % vocabulary);
  const dataset = tokenDataset(tokens, { name: "tokens", context, vocabulary });
  const spec = {
    model: gpt({ vocabulary, context, layers, heads: 4, width, activation }),
    loss: crossEntropy(),
    replicas: 1,
    batch,
  };
  const optimizer = adamW({ lr: 1e-3, groups: [parameterGroup("*bias*", { weightDecay: 0 })] });
  const { graph } = trainingGraph(spec, dataset, sourceOf(dataset)!.tensors("data"), optimizer, 1);
  return makePlan(graph, target);
}

test.each([
  ["a gated activation", swiglu(), 22],
  ["gelu", gelu, 21],
] as const)(
  "a block with %s takes so many dispatches: forward, backward and update",
  (_, activation, most) => {
    const [one, two] = [1, 2].map((layers) => stepOf(layers, activation).dispatches.length);
    expect(two! - one!).toBe(most);
  },
);

test("no tensor of a step has as many elements as there are pairs of places, and bytes grow with the length", () => {
  const plans = [512, 1024, 2048].map((context) => ({
    context,
    plan: stepOf(1, gelu, { context, batch: 1 }),
  }));
  const { context, plan: longest } = plans.at(-1)!;
  for (const node of longest.place.keys()) expect(elements(node.shape)).toBeLessThan(context ** 2);
  const [first, second, third] = plans.map(({ plan }) => plan.memory.tempBytes) as [number, number, number];
  expect((third - second) / (2 * (second - first))).toBeCloseTo(1, 2);
  expect(third / first).toBeLessThan(4.01);
});

test.each([
  ["a software adapter loops over no row of up to 64 slots, whose elements it would load anew", 256, false],
  ["it loops over longer ones", 260, true],
])("%s", (_, width, loops) => {
  const target = { ...paperTarget, quads: true };
  const norms = stepOf(1, gelu, { width, target }).dispatches.filter(({ ops }) =>
    ops.some((op) => op.startsWith("layerNorm")),
  );
  expect(norms.length).toBe(6);
  for (const { kernel } of norms) expect(kernel.wgsl.includes("for (")).toBe(loops);
});
