/** Numeric options: those that float32 turns into 0 or infinity are refused by name, before anything is recorded. */
import { describe, expect, test } from "vitest";
import { checkNumber } from "../../src/core/check.ts";
import * as engine from "../../src/index.ts";
import { learningRates } from "../../src/optim/optimizer.ts";

const { adadelta, adagrad, adam, adamW, adamax, nadam, rmsProp, sgd } = engine;

test.each([
  ["positive, but 0 as a float32", 1e-46, { from: 0 }, "it is 0 as a float32"],
  ["so small that an adapter may take it for 0", 1e-39, { from: 0 }, "it is 0 as a float32"],
  ["finite, but infinite as a float32", 1e39, {}, "it is Infinity as a float32"],
  ["below 1, but 1 as a float32", 1 - 1e-9, { from: 0, below: 1 }, "it is 1 as a float32"],
  ["0 where that is no choice", 0, { above: 0 }, "above 0, got 0"],
  ["NaN", NaN, { from: 0 }, "got NaN"],
] as const)("%s", (_, value, range, said) => {
  expect(() => checkNumber("eps", value, range)).toThrow(said);
  expect(() => checkNumber("eps", value, range)).toThrow(/^eps must be a finite number/);
});

test("what float32 holds is taken", () => {
  for (const value of [0, 1e-37, -1e-37, 1, 3e38]) checkNumber("x", value);
  checkNumber("x", 1, { from: 1, to: 1 });
});

const tiny = 1e-46;
test.each<[string, RegExp, () => unknown]>([
  ["adam", /eps/, () => adam({ lr: 1, eps: tiny })],
  ["adam without", /eps/, () => adam({ lr: 1, eps: 0 })],
  ["adamW", /eps/, () => adamW({ lr: 1, eps: tiny })],
  ["adamax", /eps/, () => adamax({ lr: 1, eps: 0 })],
  ["nadam", /eps/, () => nadam({ lr: 1, eps: tiny })],
  ["nadam's decay", /momentumDecay/, () => nadam({ lr: 1, momentumDecay: tiny })],
  ["rmsProp", /eps/, () => rmsProp({ lr: 1, eps: 0 })],
  ["rmsProp's alpha", /alpha/, () => rmsProp({ lr: 1, alpha: 1 - 1e-10 })],
  ["adagrad", /eps/, () => adagrad({ lr: 1, eps: tiny })],
  ["adagrad's start", /initialAccumulator/, () => adagrad({ lr: 1, initialAccumulator: 1e39 })],
  ["adadelta", /eps/, () => adadelta({ lr: 1, eps: tiny })],
  ["adadelta's rho", /rho/, () => adadelta({ lr: 1, rho: tiny })],
  ["sgd's momentum", /momentum/, () => sgd({ lr: 1, momentum: tiny })],
  ["weight decay", /weightDecay/, () => sgd({ lr: 1, weightDecay: tiny })],
  ["a learning rate", /lr/, () => learningRates(tiny, 0, 1)],
  ["one of several", /lr/, () => learningRates([0.1, 1e39], 0, 2)],
  ["clipNorm", /maximum/, () => engine.clipNorm(tiny)],
  ["clipValue", /maximum/, () => engine.clipValue(1e39)],
  ["huber", /delta/, () => engine.huber({ delta: tiny })],
  ["smoothL1", /beta/, () => engine.smoothL1({ beta: tiny })],
  ["label smoothing", /labelSmoothing/, () => engine.crossEntropy({ labelSmoothing: tiny })],
  ["a margin", /margin/, () => engine.hingeEmbedding({ margin: 1e39 })],
  ["layer norm", /layerNorm: eps/, () => engine.layerNorm(4, { eps: tiny })],
  ["RMS norm", /rmsNorm: eps/, () => engine.rmsNorm(4, { eps: 0 })],
  ["group norm", /groupNorm: eps/, () => engine.groupNorm(1, 4, { eps: tiny })],
  ["batch norm", /batchNorm1d: eps/, () => engine.batchNorm1d(4, { eps: tiny })],
  ["batch norm's momentum", /batchNorm2d: momentum/, () => engine.batchNorm2d(4, { momentum: 1.5 })],
  ["dropout", /dropout: p/, () => engine.dropout(tiny)],
  ["an activation's parameter", /alpha/, () => engine.parseActivation(`elu:alpha=${tiny}`)],
  ["a slope", /negativeSlope/, () => engine.parseActivation(`leaky_relu:negativeSlope=${tiny}`)],
  ["an initialisation's gain", /gain/, () => engine.parseInit(`he:gain=${tiny}`)],
])("%s", (_, name, make) => {
  expect(make).toThrow(name);
});

test("a rate that falls with the steps may fall to 0, and never rises above float32", () => {
  expect(learningRates((t) => 0.5 ** t, 200, 1)).toEqual([0.5 ** 200]);
  expect(() => learningRates((t) => 2 ** t, 200, 1)).toThrow(/lr must be a finite number of at least 0/);
});

describe("every schedule gives a finite rate at every step", () => {
  const { oneCycle } = engine;
  test.each([
    [10, 0.1],
    [20, 0.05],
    [4, 0.25],
    [2, 0.5],
  ])("oneCycle of %i steps, %d of them up, begins at the top", (totalSteps, pctStart) => {
    const schedule = oneCycle({ totalSteps, pctStart });
    expect(schedule.lr(0.1, 0, 0)).toBe(0.1);
    expect(schedule.momentum!(0.9, 0)).toBe(0.85);
    for (let t = 0; t < totalSteps; t++) expect(schedule.lr(0.1, t, 0)).toBeGreaterThan(0);
    expect(schedule.lr(0.1, totalSteps - 1, 0)).toBeCloseTo(0.1 / 25 / 1e4, 12);
  });

  test.each([
    ["oneCycle, nearly all up", oneCycle({ totalSteps: 3, pctStart: 0.9999999 })],
    ["oneCycle, nearly all down", oneCycle({ totalSteps: 7, pctStart: 1e-9, anneal: "linear" })],
    ["stepDecay to 0", engine.stepDecay({ stepSize: 1, gamma: 0 })],
    ["multiStep at once", engine.multiStep({ milestones: [0, 0], gamma: 0.5 })],
    ["exponential to 0", engine.exponential({ gamma: 0 })],
    ["cosine of one step", engine.cosine({ tMax: 1 })],
    ["cosineRestarts of one step", engine.cosineRestarts({ t0: 1, tMult: 1 })],
    ["cosineRestarts that double", engine.cosineRestarts({ t0: 1, tMult: 2 })],
    ["linearRamp from 0", engine.linearRamp({ startFactor: 0, endFactor: 0, totalIters: 1 })],
    ["polynomial of power 0", engine.polynomial({ totalIters: 1, power: 0 })],
    ["warmup of none", engine.warmup(0)],
    ["plateau", engine.reduceOnPlateau({ minLr: 0 })],
  ])("%s", (_, schedule) => {
    for (const t of [0, 1, 2, 3, 6, 7, 8, 1000])
      expect(schedule.lr(0.1, t, 0), `step ${t}`).toSatisfy(Number.isFinite);
  });
});
