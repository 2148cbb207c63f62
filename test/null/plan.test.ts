import { describe, expect, test } from "vitest";
import { gelu } from "../../src/activations/records/gelu.ts";
import { relu } from "../../src/activations/records/relu.ts";
import { silu } from "../../src/activations/records/silu.ts";
import type { Activation } from "../../src/activations/index.ts";
import {
  batchNorm2d,
  conv2d,
  crossEntropy,
  flatten,
  globalAvgPool2d,
  linear,
  mse,
  sequential,
  unflatten,
} from "../../src/nn/index.ts";
import { type Optimizer, adam, sgd } from "../../src/optim/index.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { checkPlan } from "../../src/compile/make-plan.ts";
import type { Plan } from "../../src/compile/plan.ts";
import { printLayers, printPlan } from "../../src/compile/print.ts";
import { dataTensors, trainingGraph } from "../../src/train/step.ts";
import { paperTarget } from "../support/networks.ts";

const images = {
  kind: "classes",
  name: "images",
  rows: 1000,
  shape: [28, 28],
  x: new Uint8Array(0),
  labels: new Uint32Array(0),
  classes: 10,
  normalise: { scale: 1 / 255, shift: -0.5 },
} as const;

function stepPlan(
  activation: Activation,
  { optimizer = adam({ lr: 1e-3 }) as Optimizer, fuse = true, depth = 2 } = {},
): Plan {
  const hidden = Array.from({ length: depth - 1 }, () => [linear(64, 64), activation]).flat();
  const model = sequential(linear(784, 64), activation, ...hidden, linear(64, 10));
  const spec = { model, loss: crossEntropy(), replicas: 2, batch: 128 };
  const { graph } = trainingGraph(spec, images, dataTensors(images, "images"), optimizer, 1);
  return makePlan(graph, { ...paperTarget, fuse });
}

test("the plan of a training step", async () => {
  await expect(printPlan(stepPlan(gelu))).toMatchFileSnapshot("snapshots/step-plan.txt");
});

test("the dispatches of conv - batch norm - relu, layer by layer", () => {
  const block = (inputs: number) => [conv2d(inputs, 8, 3, { padding: 1, bias: false }), batchNorm2d(8), relu];
  const model = sequential(
    unflatten([1, 28, 28]),
    ...block(1),
    ...block(8),
    globalAvgPool2d(),
    flatten(),
    linear(8, 10),
  );
  const spec = { model, loss: crossEntropy(), replicas: 1, batch: 64 };
  const tensors = dataTensors(images, "images");
  const { graph, loss } = trainingGraph(spec, images, tensors, sgd({ lr: 0.1, momentum: 0.9 }), 1);
  const plan = makePlan(graph, { ...paperTarget, fuse: true });
  const text = printLayers(plan, loss);
  expect(text).toMatchInlineSnapshot(`
    "layer   forward  backward and update  dispatches
    batch   0                             1
    0       1                             1
    1       2        27 28                3
    2       3 4 5    24 25 26 29          7
    4       6        21 22 23             4
    5       7 8 9    18 19 20 30          7
    7       10       16 17                3
    8       11                            1
    9       12       14 15                3
    losses  13                            1
    all     14       17                   31"
  `);
  expect(text).toContain(`  ${plan.dispatches.length}`);
});

test("the kernel that computes a weight gradient, with Adam in its epilogue", async () => {
  const dispatch = stepPlan(gelu).dispatches.at(-1)!;
  expect(dispatch.label).toBe("0: matmul+guard+mul+add+where+assign+sqrt+div+sub");
  await expect(dispatch.kernel.wgsl).toMatchFileSnapshot("snapshots/weight-gradient.wgsl");
});

describe("fusion", () => {
  test("three dispatches a layer; the batch is picked by the first product and by the loss", () => {
    for (const depth of [1, 3, 8]) {
      // forward, input gradient, weight gradient with update; the first layer has no input gradient, but there is the loss
      expect(stepPlan(silu, { depth }).dispatches.length).toBe(3 * (depth + 1));
    }
  });

  test("keeps what backward reads and no more: y for relu, x beside y for silu", () => {
    const written = (activation: Activation): number =>
      stepPlan(activation)
        .dispatches.filter((d) => d.label.includes("activation") && !d.label.includes("Grad"))
        .flatMap((d) => d.kernel.bindings.filter((b) => b.writes !== null)).length;
    const batch = 1; // stored by the first product, for its weight gradient
    expect(written(relu)).toBe(batch + 2);
    expect(written(silu)).toBe(batch + 4);
  });

  test("equal layers share pipelines: shapes are not in the text", () => {
    const texts = (depth: number): number =>
      new Set(stepPlan(relu, { depth }).dispatches.map((d) => d.kernel.wgsl)).size;
    expect(texts(24)).toBe(texts(3));
  });

  test("stays within the default limit of storage buffers, whatever the optimizer", () => {
    for (const optimizer of [
      adam({ lr: 1, weightDecay: 0.1 }),
      sgd({ lr: 1, momentum: 0.9, weightDecay: 0.1 }),
    ]) {
      const bound = stepPlan(silu, { optimizer }).dispatches.map((d) => d.kernel.bindings.length);
      expect(Math.max(...bound)).toBeLessThanOrEqual(8);
    }
  });

  test("can be switched off: then every op has its dispatch", () => {
    const unfused = stepPlan(silu, { fuse: false });
    expect(unfused.dispatches.length).toBeGreaterThan(50);
    checkPlan(unfused);
  });

  test("mean squared error ends in the product's epilogue", () => {
    const values = { ...images, kind: "values", targets: new Float32Array(0), width: 10 } as const;
    const spec = { model: sequential(linear(784, 10)), loss: mse(), replicas: 1, batch: 128 };
    const { graph } = trainingGraph(spec, values, dataTensors(values, "v"), sgd({ lr: 1 }), 1);
    const plan = makePlan(graph, paperTarget);
    expect(plan.dispatches.length).toBeLessThanOrEqual(8);
  });
});

test("temporaries stay near their lower bound", () => {
  for (const depth of [1, 2, 5, 12]) {
    const { tempBytes, lowerBoundBytes, unsharedBytes } = stepPlan(silu, { depth }).memory;
    expect(tempBytes / lowerBoundBytes).toBeLessThanOrEqual(1.3);
    expect(tempBytes).toBeLessThanOrEqual(unsharedBytes);
  }
});

describe("checkPlan", () => {
  const plan = stepPlan(silu);
  const find = (part: string): number => plan.dispatches.findIndex((d) => d.label.startsWith(part));
  const swapped = (a: number, b: number): Plan => {
    const dispatches = [...plan.dispatches];
    [dispatches[a], dispatches[b]] = [dispatches[b]!, dispatches[a]!];
    return { ...plan, dispatches };
  };

  test("accepts the plan as made", () => {
    expect(() => checkPlan(plan)).not.toThrow();
  });

  test("rejects an update before a reader of the old weights", () => {
    const inputGradient = find("4: matmul+activationGrad");
    const update = find("4: matmul+guard");
    expect(inputGradient).toBeLessThan(update);
    expect(() => checkPlan(swapped(inputGradient, update))).toThrow(
      /reads %\d+ storage of 4.linear from buffer \d+, which then holds version 1 of "4.linear"/,
    );
  });

  test("rejects every swap of a dispatch with one that it depends on", () => {
    let rejected = 0;
    for (let i = 0; i + 1 < plan.dispatches.length; i++) {
      const made = plan.dispatches[i]!.kernel.bindings.map((b) => b.writes);
      const reads = plan.dispatches[i + 1]!.kernel.bindings.map((b) => b.reads);
      if (!made.some((node) => node !== null && reads.includes(node))) continue;
      expect(() => checkPlan(swapped(i, i + 1))).toThrow("reads");
      rejected++;
    }
    expect(rejected).toBeGreaterThan(3);
  });

  test("rejects two live tensors in one buffer, and a buffer bound twice", () => {
    const temps = plan.buffers.flatMap((b, i) => (b.role === "temp" ? [i] : []));
    const [a, b] = temps as [number, number];
    const merged = plan.dispatches.map((d) => ({ ...d, buffers: d.buffers.map((i) => (i === b ? a : i)) }));
    expect(() => checkPlan({ ...plan, dispatches: merged })).toThrow(/reads|twice/);
  });
});
