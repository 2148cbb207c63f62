/** Starting weights that keep the signal's variance through an activation. */
import { type Initializer, glorotUniform, heNormal } from "../index.ts";

/** N(0, 1/(fan_in E f(z)²)), z of N(0, 1): what goes in with variance 1 comes to the next layer with variance 1. */
export function preserving(f: (x: number) => number): Initializer {
  const step = 1e-3;
  let square = 0;
  for (let x = -8; x <= 8; x += step)
    square += (f(x) ** 2 * Math.exp((-x * x) / 2) * step) / Math.sqrt(2 * Math.PI);
  return heNormal(1 / Math.sqrt(square));
}

/** x above 0, slope * x below, with its own starting weights. */
export const bent = (slope: number): { activation: string; init: Initializer } => ({
  activation: slope === 1 ? "linear" : slope === 0 ? "relu" : `leaky_relu:negativeSlope=${slope}`,
  init: preserving((x) => (x > 0 ? x : slope * x)),
});

/** tanh(g x) / g, by Glorot as tanh: slope 1 at 0, and the sooner flat the larger g is. */
export const steepTanh = (g: number): { activation: string; init: Initializer } => ({
  activation: g === 1 ? "tanh" : `tanh(${g} * x) / ${g}`,
  init: glorotUniform(),
});
