/** No option is ignored: an unknown name is refused, with the nearest one if one is close. */
import { expect, test } from "vitest";
import * as actigrad from "../../src/index.ts";
import { ActigradError } from "../../src/core/errors.ts";

// As plain JavaScript sees it.
// oxlint-disable-next-line typescript/no-explicit-any
const a: any = actigrad;
const own = { ownOption: 1 };

test.each<[string, () => unknown]>([
  ["linear", () => a.linear(2, 2, own)],
  ["conv2d", () => a.conv2d(1, 2, 3, own)],
  ["embedding", () => a.embedding(4, 2, own)],
  ["batchNorm1d", () => a.batchNorm1d(2, own)],
  ["batchNorm2d", () => a.batchNorm2d(2, own)],
  ["layerNorm", () => a.layerNorm(2, own)],
  ["rmsNorm", () => a.rmsNorm(2, own)],
  ["groupNorm", () => a.groupNorm(1, 2, own)],
  ["maxPool2d", () => a.maxPool2d(2, own)],
  ["avgPool2d", () => a.avgPool2d(2, own)],
  ...["softmax", "logSoftmax", "softmin", "maxout", "crelu", "relu", "leakyRelu", "prelu"].map(
    (name): [string, () => unknown] => [name, () => a[name](own)],
  ),
  ...["glu", "reglu", "geglu", "gegluTanh", "swiglu", "bilinear", "maxout", "crelu"].map(
    (name): [string, () => unknown] => [`${name} with sizes`, () => a[name](4, 2, own)],
  ),
  ["gated", () => a.gated(a.relu, own)],
  ["recovery", () => a.recovery(own)],
  ["watchdog", () => a.watchdog(own)],
  ...["sgd", "adam", "adamW", "adamax", "nadam", "rmsProp", "adagrad", "adadelta", "lion"].map(
    (name): [string, () => unknown] => [name, () => a[name](own)],
  ),
  ["stepDecay", () => a.stepDecay({ stepSize: 1, ...own })],
  ["multiStep", () => a.multiStep({ milestones: [1], ...own })],
  ["exponential", () => a.exponential({ gamma: 1, ...own })],
  ["cosine", () => a.cosine({ tMax: 1, ...own })],
  ["cosineRestarts", () => a.cosineRestarts({ t0: 1, ...own })],
  ["linearRamp", () => a.linearRamp(own)],
  ["polynomial", () => a.polynomial({ totalIters: 1, ...own })],
  ["oneCycle", () => a.oneCycle({ totalSteps: 10, ...own })],
  ["reduceOnPlateau", () => a.reduceOnPlateau(own)],
  ["clipNorm", () => a.clipNorm(1, own)],
  ...Object.keys(a.losses).map((name): [string, () => unknown] => [
    `loss ${name}`,
    () => a[name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())](own),
  ]),
])("%s refuses an option that it has not", (_, make) => {
  expect(make).toThrow(ActigradError);
  expect(make).toThrow(/ownOption/);
});

test("every loss, and every optimizer with its usual learning rate, is made without options", () => {
  const rates = Object.fromEntries(
    ["sgd", "adam", "adamW", "adamax", "nadam", "rmsProp", "adagrad", "adadelta", "lion"].map((name) => {
      const optimizer: actigrad.Optimizer = a[name]();
      const { factor = 1 } = { factor: { adam: 10, adamw: 10, adamax: 10 }[optimizer.name] };
      return [name, (optimizer.scalars(0, 1)[`${optimizer.name}.rate`] as number) / factor];
    }),
  );
  // PyTorch's, and for lion its paper's; adam's kind carries 1 / (1 - beta1) in the first step.
  expect(rates).toEqual({
    sgd: 1e-3,
    adam: expect.closeTo(1e-3, 12),
    adamW: expect.closeTo(1e-3, 12),
    adamax: expect.closeTo(2e-3, 12),
    nadam: 2e-3,
    rmsProp: 1e-2,
    adagrad: 1e-2,
    adadelta: 1,
    lion: 1e-4,
  });
});

test("adamW decays weights by 0.01 unless told otherwise", () => {
  const shrink = (optimizer: actigrad.Optimizer): unknown => optimizer.scalars(0, 1)["adamw.shrink.-1"];
  expect(shrink(actigrad.adamW())).toBeCloseTo(1e-5, 12);
  expect(shrink(actigrad.adamW({ lr: 0.1, weightDecay: 0.5 }))).toBeCloseTo(0.05, 12);
});
