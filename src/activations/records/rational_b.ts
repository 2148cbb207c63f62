import { rationalSpec } from "../rational.ts";
import { record } from "../record.ts";

/**
 * P / Q of degrees 5 and 4 with Q = 1 + |sum b_j x^j|, the safe PAU; all coefficients learned, from a fit near leaky_relu on [-3, 3].
 * Molina, Schramowski, Kersting 2019.
 */
export const rationalB = record({
  ...rationalSpec(
    { version: "B", degrees: [5, 4] },
    {
      a: [0.032754306, 0.5050031, 1.6594584, 2.012548, 0.9283125, 0.15083718],
      b: [2.9918112e-5, 3.9852026, 2.1458323e-5, 0.29868394],
    },
  ),
  name: "rational_b",
  aliases: ["rational", "pau"],
});
