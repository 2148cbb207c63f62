import { expect, test } from "vitest";
import { ActigradError, nearest, unknownName } from "../../src/core/errors.ts";

test("the nearest name: typing errors, swapped letters, another case; nothing for what is far off", () => {
  const names = ["relu", "gelu", "leaky_relu", "sigmoid", "tanh"];
  expect(["rleu", "RELU", "sigmod", "leakyrelu", "tan", "quux"].map((name) => nearest(name, names))).toEqual([
    "relu",
    "relu",
    "sigmoid",
    "leaky_relu",
    "tanh",
    undefined,
  ]);
});

test("an error says what came, and what to do", () => {
  expect(unknownName("activation", "rleu", ["relu", "gelu"]).message).toBe(
    'unknown activation "rleu"; did you mean "relu"? (relu, gelu)',
  );
  const error = new ActigradError("data", "no rows", { hint: "give some", rows: 0 });
  expect({ ...error, message: error.message }).toMatchObject({
    code: "data",
    message: "no rows; give some",
    details: { rows: 0 },
  });
});
