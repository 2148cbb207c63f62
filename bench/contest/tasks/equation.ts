import { add, mul, sub } from "../../../src/graph/ops/pointwise.ts";
import { type Loss, derivative, modelLoss } from "../../../src/index.ts";
import type { Node } from "../../../src/graph/graph.ts";
import type { Task } from "../task.ts";
import { points } from "./points.ts";

const rows = { train: 64, validation: 64, test: 256 };
const square = (x: Node): Node => mul(x, x);

/** u'' + u = 0 with u(0) = 0 and u'(0) = 1 on [-3, 3], in units in which that is [-1, 1]. */
const oscillator = (): Loss =>
  modelLoss({
    name: "oscillator",
    each({ x, u, model, points: at }) {
      const zero = at([[0]]);
      const start = model(zero);
      const equation = square(add(mul(derivative(derivative(u, x), x), 1 / 9), u));
      return add(equation, add(square(start), square(sub(mul(derivative(start, zero), 1 / 3), 1))));
    },
  });

export const equation: Task = {
  about:
    "u'' + u = 0, by a perceptron that is given the equation but no solution: judged by its distance from the sine",
  measure: "rmse",
  sizes: {
    S: { batch: 64, steps: 1500, widths: [16, 16] },
    M: { batch: 64, steps: 2500, widths: [24, 24] },
    L: { batch: 64, steps: 20_000, widths: [64, 64] },
  },
  load: () => points({ name: "oscillator", rows, inputs: 1, task: "values", at: ([x]) => Math.sin(3 * x!) }),
  loss: oscillator,
  passes: 30, // two derivatives, their gradients, and the initial values
};
