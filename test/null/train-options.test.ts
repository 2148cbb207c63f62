import { expect, test } from "vitest";
import { checkOptions } from "../../src/core/options.ts";
import { networkNames, normNames } from "../../src/index.ts";
import { train } from "../../src/app/cli/commands/train.ts";
import { trainOptions } from "../../src/app/jobs/train-options.ts";

test("the names that stand in the declaration are the engine's", () => {
  expect(trainOptions.model.choices).toEqual(networkNames);
  expect(trainOptions.norm.choices).toEqual(normNames);
});

test("the command has every option of the job", () => {
  for (const name of Object.keys(trainOptions)) expect(train.options).toHaveProperty(name);
});

test("the job refuses what is not declared", () => {
  expect(() => checkOptions("train", trainOptions, { epoch: 3 })).toThrow('did you mean "epochs"?');
  expect(() => checkOptions("train", trainOptions, { ema: 1 })).toThrow(
    "ema: expected a number from 0 to below 1",
  );
  expect(checkOptions("train", trainOptions, {})).toMatchObject({
    dataset: "mnist",
    layers: [128, 64],
    trace: false,
  });
});
