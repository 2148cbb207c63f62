import { expect, test } from "vitest";
import { adam, losses, optimizers, schedules, sgd } from "../../src/index.ts";
import { type UpdateChoice, chooseClip, chooseLoss, chooseOptimizer } from "../../src/app/jobs/choices.ts";

const optimizer = (choice: Partial<UpdateChoice>): ReturnType<typeof chooseOptimizer> =>
  chooseOptimizer({ optimizer: "adam", lr: 0.1, ...choice }, 100, 10);

test("every name makes what it says", () => {
  for (const name of Object.keys(losses)) expect(chooseLoss(name).name).toBe(name);
  for (const name of Object.keys(optimizers)) expect(optimizer({ optimizer: name }).name).toBe(name);
  for (const name of Object.keys(schedules)) {
    const { schedule } = optimizer({ schedule: name, warmup: 4 });
    expect(schedule!.name).toBe(`warmup, ${name}`);
    expect(schedule!.lr(0.1, 0, 0)).toBe(0.1 / 4);
    expect(schedule!.lr(0.1, 90, 0)).toBeLessThanOrEqual(0.1);
  }
  expect(chooseClip({ optimizer: "sgd", lr: 1, clipNorm: 2 })!.name).toBe("norm");
});

test("options reach their places", () => {
  expect(chooseLoss("cross_entropy: weight=1/2/0.5, ignoreIndex=3").ignoreIndex).toBe(3);
  const own = sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }).scalars(3, 1);
  expect(optimizer({ optimizer: "sgd:nesterov", momentum: 0.9, weightDecay: 0.01 }).scalars(3, 1)).toEqual(
    own,
  );
  const decays = { optimizer: "adam:betas=0.8/0.95" };
  expect(optimizer(decays).scalars(3, 1)).toEqual(adam({ lr: 0.1, betas: [0.8, 0.95] }).scalars(3, 1));
  expect(optimizer({ schedule: "step:stepSize=2,gamma=0.5" }).schedule!.lr(1, 4, 0)).toBe(0.25);
});

test.each([
  [() => chooseLoss("hubr"), 'did you mean "huber"?'],
  [() => chooseLoss("huber:dleta=1"), 'did you mean "delta"?'],
  [() => chooseLoss("mse:delta=1"), "mse has no options"],
  [() => chooseLoss("huber:delta=two"), 'huber: delta: expected a number, got "two"'],
  [() => chooseLoss("huber:delta"), "huber: delta: expected a number, got nothing"],
  [() => optimizer({ optimizer: "adm" }), 'did you mean "adam"?'],
  [() => optimizer({ optimizer: "adam:betas=0.9" }), "betas must be two numbers"],
  [() => optimizer({ optimizer: "lion:betas=0.9/1" }), "expected numbers from 0 to below 1"],
  [() => optimizer({ optimizer: "adam:beta1=0.9" }), 'did you mean "betas"?'],
  [() => optimizer({ optimizer: "adam:amsgrad=maybe" }), "expected no value, true or false"],
  [() => optimizer({ momentum: 0.5 }), "adam has no momentum; sgd, rmsprop have"],
  [() => optimizer({ schedule: "cosin" }), 'did you mean "cosine"?'],
  [() => optimizer({ schedule: "cosine:tMax=0" }), "tMax must be a whole number of at least 1"],
  [() => chooseClip({ optimizer: "sgd", lr: 1, clipNorm: 1, clipValue: 1 }), "not by both"],
  [() => chooseLoss("__proto__"), 'unknown loss "__proto__"'],
])("%s is refused", (make, message) => {
  expect(make).toThrow(message);
});
