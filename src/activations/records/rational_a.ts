import { rationalSpec } from "../rational.ts";
import { record } from "../record.ts";

/**
 * P / Q of degrees 5 and 4 with Q = 1 + sum |b_j x^j|; all coefficients learned, from a fit near leaky_relu on [-3, 3].
 * Molina, Schramowski, Kersting 2019.
 */
export const rationalA = record({
  ...rationalSpec(
    { version: "A", degrees: [5, 4] },
    {
      a: [0.028409539, 0.6229988, 2.3638573, 3.105642, 1.5057898, 0.25298432],
      b: [1.1849287, 4.446386, -0.89354914, 0.3484363],
    },
  ),
  name: "rational_a",
});
