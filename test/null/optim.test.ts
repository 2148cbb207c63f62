import { describe, expect, test } from "vitest";
import { crossEntropy, linear, sequential, tanh } from "../../src/index.ts";
import * as optim from "../../src/optim/index.ts";
import type { Schedule } from "../../src/optim/index.ts";
import { makePlan } from "../../src/compile/make-plan.ts";
import { type Environment, interpret } from "../../src/check/float64/interpret.ts";
import { batchScalars, dataTensors, trainingGraph } from "../../src/train/step.ts";
import { type UpdateOptions, updateScalars } from "../../src/train/update.ts";
import { pointsInClasses } from "../support/datasets.ts";
import { environmentOf, paperTarget } from "../support/networks.ts";

const points = pointsInClasses(12, 4, 3);
const spec = { model: sequential(linear(4, 5), tanh, linear(5, 3)), loss: crossEntropy(), replicas: 1 };

/** Trains on the CPU and gives a tensor by name after each step. */
function run(
  optimizer: optim.Optimizer,
  { batch = 12, steps = 1, ...update }: UpdateOptions & { batch?: number; steps?: number },
) {
  const training = trainingGraph({ ...spec, batch }, points, dataTensors(points, "p"), optimizer, 1, update);
  const { graph } = training;
  const environment: Environment = environmentOf(graph, (name) => name.includes("/"));
  environment.set("p.x", points.x).set("p.y", points.labels).set("alive", Float64Array.of(1));
  if (training.norm !== undefined) graph.output("norm", training.norm);
  const seen: Environment[] = [new Map(environment)];
  for (let t = 0; t < steps; t++) {
    interpret(graph, environment, {
      ...batchScalars(t, points.rows, batch, 1),
      ...updateScalars(t, 1, optimizer, update),
    });
    seen.push(new Map(environment));
  }
  return seen;
}

const weights = (of: Environment): number[] => [...of.get("0.linear")!];
const change = ([before, after]: Environment[]): number[] =>
  weights(after!).map((w, i) => w - weights(before!)[i]!);

const all = {
  sgd: optim.sgd({ lr: 0.1, momentum: 0.9, nesterov: true }),
  rmsprop: optim.rmsProp({ lr: 0.01, centered: true, momentum: 0.5 }),
  adagrad: optim.adagrad({ lr: 0.01 }),
  adam: optim.adam({ lr: 0.01, amsgrad: true }),
  adamW: optim.adamW({ lr: 0.01 }),
  adadelta: optim.adadelta({ lr: 1 }),
  adamax: optim.adamax({ lr: 0.01 }),
  nadam: optim.nadam({ lr: 0.01 }),
  lion: optim.lion({ lr: 0.01, weightDecay: 0.1 }),
};

test.each(Object.entries(all))("%s costs no dispatch of its own", (_, optimizer) => {
  const count = (o: optim.Optimizer): number =>
    makePlan(trainingGraph({ ...spec, batch: 12 }, points, dataTensors(points, "p"), o, 1).graph, paperTarget)
      .dispatches.length;
  expect(count(optimizer)).toBe(count(optim.sgd({ lr: 0.1 })));
});

test("lion moves every weight by lr against the sign of its gradient", () => {
  const gradient = change(run(optim.sgd({ lr: 1 }), {}));
  const moved = change(run(optim.lion({ lr: 0.25 }), {}));
  for (const [i, g] of gradient.entries()) expect(moved[i]).toBeCloseTo(0.25 * Math.sign(g), 12);
  const decayed = run(optim.lion({ lr: 0.25, weightDecay: 0.5 }), {});
  for (const [i, w] of weights(decayed[0]!).entries())
    expect(change(decayed)[i]).toBeCloseTo(moved[i]! - 0.25 * 0.5 * w, 12);
});

test("groups give a bias its own learning rate and weight decay, though it lies in its weight's tensor", () => {
  const whole = change(run(optim.sgd({ lr: 1, weightDecay: 0.5 }), {}));
  const plain = change(run(optim.sgd({ lr: 1 }), {}));
  for (const decay of [0, 0.5]) {
    const groups = [
      optim.parameterGroup("*.bias", { lr: 0.25, weightDecay: 0 }),
      optim.parameterGroup((n) => n.startsWith("2."), { lr: 0 }),
    ];
    const seen = run(optim.sgd({ lr: 1, weightDecay: decay, groups }), {});
    const want = decay === 0 ? plain : whole;
    for (const [i, moved] of change(seen).entries())
      expect(moved).toBeCloseTo(i < 20 ? want[i]! : 0.25 * plain[i]!, 12);
    const last = 15; // the weight of 2.linear stays, its bias is of the first group
    const [a, b] = seen.map((e) => [...e.get("2.linear")!]);
    expect(b!.slice(0, last)).toEqual(a!.slice(0, last));
    expect(b!.slice(last)).not.toEqual(a!.slice(last));
  }
});

test("accumulating three batches is one step of a batch three times as large", () => {
  const sgd = optim.sgd({ lr: 0.5, momentum: 0.9 });
  const large = run(sgd, { steps: 2 });
  const parts = run(sgd, { batch: 4, accumulate: 3, steps: 6 });
  for (const [step, seen] of parts.entries()) {
    for (const [i, w] of weights(seen).entries())
      expect(w).toBeCloseTo(weights(large[Math.floor(step / 3)]!)[i]!, 12);
  }
});

test("the moving average starts with the first update's weights", () => {
  const seen = run(optim.sgd({ lr: 0.5 }), { ema: 0.75, steps: 3 });
  let want = weights(seen[1]!);
  expect([...seen[1]!.get("0.linear/ema")!]).toEqual(want);
  for (const after of seen.slice(2)) {
    want = want.map((average, i) => 0.75 * average + 0.25 * weights(after)[i]!);
    for (const [i, value] of [...after.get("0.linear/ema")!].entries())
      expect(value).toBeCloseTo(want[i]!, 12);
  }
});

describe("schedules", () => {
  const rates = (schedule: Schedule, steps: number): number[] =>
    Array.from({ length: steps }, (_, t) => schedule.lr(1, t, 0));

  test("restarts and warm-up follow their closed forms far out", () => {
    const restarts = optim.cosineRestarts({ t0: 3, tMult: 2 });
    for (const start of [0, 3, 9, 21, 3 * (2 ** 20 - 1)]) expect(restarts.lr(1, start, 0)).toBe(1);
    for (const t of [2, 8, 20]) expect(restarts.lr(1, t, 0)).toBeLessThan(0.3);
    expect(rates(optim.warmup(4), 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect(rates(optim.warmup(2, optim.stepDecay({ stepSize: 2, gamma: 0.5 })), 6)).toEqual([
      0.5, 1, 1, 1, 0.5, 0.5,
    ]);
  });

  test("a plateau lowers each replica's rate by its own losses, and its memory can be kept", () => {
    const make = (): Schedule => optim.reduceOnPlateau({ factor: 0.5, patience: 1, cooldown: 1 });
    const [schedule, other] = [make(), make()];
    const losses = [
      [4, 4],
      [3, 4],
      [2, 4],
      [2, 4],
      [2, 4],
      [2, 4],
    ];
    const seen = losses.map((loss) => {
      schedule.watch!.observe(loss);
      return [0, 1].map((r) => schedule.lr(1, 0, r));
    });
    expect(seen.map(([a]) => a)).toEqual([1, 1, 1, 1, 0.5, 0.5]);
    expect(seen.map(([, b]) => b)).toEqual([1, 1, 0.5, 0.5, 0.5, 0.25]);
    other.watch!.restore(JSON.parse(JSON.stringify(schedule.watch!.save())));
    expect(other.lr(1, 0, 1)).toBe(0.25);
    expect(() => other.watch!.restore([[1, 2]])).toThrow(/damaged/);
  });

  test("bad options are refused", () => {
    expect(() => optim.cosine({ tMax: 0 })).toThrow(/tMax must be a whole number of at least 1, got 0/);
    expect(() => optim.oneCycle({ totalSteps: 10, pctStart: 1 })).toThrow(/pctStart/);
    expect(() => optim.reduceOnPlateau({ factor: 1 })).toThrow(/factor/);
    expect(() => optim.sgd({ lr: 1, nesterov: true })).toThrow(/nesterov needs a momentum/);
    expect(() => optim.clipNorm(0)).toThrow(/above 0, got 0/);
    expect(() => optim.clipNorm(1, { type: 3 })).toThrow(/type must be 2 or Infinity/);
    expect(() => optim.adam({ lr: 1, betas: [0.9, 1] })).toThrow(
      /beta2 must be a finite number of at least 0 and below 1/,
    );
  });
});
