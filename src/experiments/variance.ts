/** Starting weights that keep the signal's variance through an activation. */
import { type Initializer, glorotUniform, heNormal } from "../index.ts";

/** N(0, 1/(fan_in E f(z)²)) with z from N(0, 1): an input of variance 1 reaches the next layer with variance 1. */
export function preserving(f: (x: number) => number): Initializer {
  const step = 1e-3;
  let square = 0;
  for (let x = -8; x <= 8; x += step)
    square += (f(x) ** 2 * Math.exp((-x * x) / 2) * step) / Math.sqrt(2 * Math.PI);
  return heNormal(1 / Math.sqrt(square));
}

/** x above 0, slope * x below, with starting weights that preserve its variance. */
export const bent = (slope: number): { activation: string; init: Initializer } => ({
  activation: slope === 1 ? "linear" : slope === 0 ? "relu" : `leaky_relu:negativeSlope=${slope}`,
  init: preserving((x) => (x > 0 ? x : slope * x)),
});

/** tanh(g x) / g with Glorot's starting weights: slope 1 at 0; the larger g, the sooner it flattens. */
export const steepTanh = (g: number): { activation: string; init: Initializer } => ({
  activation: g === 1 ? "tanh" : `tanh(${g} * x) / ${g}`,
  init: glorotUniform(),
});
