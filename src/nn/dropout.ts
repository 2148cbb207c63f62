import { checkNumber } from "../core/check.ts";
import { streamOf } from "../core/random.ts";
import { noise } from "../graph/ops/noise.ts";
import { greater, mul, where } from "../graph/ops/pointwise.ts";
import { defineLayer } from "./define-layer.ts";
import type { Layer } from "./layer.ts";

/**
 * In training, sets each number to 0 with probability p and divides the others by 1 - p; otherwise does nothing. The shape stays.
 * Srivastava et al. 2014. Forward and backward both compute the mask from the step's counter, so none is stored.
 * @throws ActigradError "option" for a p outside [0, 1]
 */
export function dropout(p = 0.5): Layer {
  checkNumber("dropout: p", p, { from: 0, to: 1 });
  return defineLayer({
    kind: "dropout",
    title: `dropout(${p})`,
    recipe: ["dropout", p],
    build({ graph, name, training }, x) {
      if (!training || p === 0) return x;
      const drawn = noise(graph, {
        low: 0,
        high: 1,
        shape: [1, ...x.shape.slice(1)],
        stream: streamOf(`${name}.dropout`),
      });
      return where(greater(p, drawn), 0, p === 1 ? 0 : mul(x, 1 / (1 - p)));
    },
  });
}
