import { ActigradError, checkOptions } from "../../core/errors.ts";
import { type Shape, formatType } from "../../core/shape.ts";
import { normal, streamOf } from "../../core/random.ts";
import type { Node } from "../../graph/graph.ts";
import { gather } from "../../graph/ops/gather.ts";
import { add } from "../../graph/ops/pointwise.ts";
import { regroup } from "../../graph/ops/regroup.ts";
import { tensor } from "../../graph/ops/source.ts";
import { pick } from "../../graph/ops/view.ts";
import { type LayerContext, defineLayer } from "../define-layer.ts";
import type { Initializer } from "../init.ts";
import { madeBy } from "../image.ts";
import type { Layer, WeightOptions } from "../layer.ts";
import { checkCounts } from "../linear.ts";
import type { CachedContext } from "./cache.ts";

/** Length of a sample [features, length]. @throws ActigradError "shape" for any other sample */
export function sequenceOf(sample: Shape, features?: number): number {
  if (sample.length === 2 && (features === undefined || sample[0] === features)) return sample[1]!;
  const wanted = `sequences [${features ?? "features"}, length]`;
  throw new ActigradError("shape", `it expects ${wanted}, got samples [${sample.join(",")}]`, {
    hint: "start with embedding(num, dim, { length }), or unflatten([features, length])",
  });
}

/** Number of time steps of f32[R, batch, time, features]. @throws ActigradError "shape" for anything but a sequence */
export function timeOf(x: Node, layer: string): number {
  if (x.shape.length === 4) return x.shape[2]!;
  throw new ActigradError(
    "shape",
    `${layer}: expected a sequence [replicas, batch, time, features], got ${formatType(x)}`,
  );
}

const small: Initializer = (seed, name, _fan, count) =>
  normal(seed, streamOf(name), count).map((v) => 0.02 * v);

/** @throws ActigradError "shape" if a sequence is longer than the positions */
function checkLength(layer: string, time: number, context: number): void {
  if (time <= context) return;
  throw new ActigradError(
    "shape",
    `${layer}: a sequence of ${time} is longer than the ${context} positions`,
    {
      hint: "use a shorter context, or more positions",
    },
  );
}

/**
 * Adds a learned row for each position to a sequence f32[R, batch, time, features]: the first `time` of `context` rows.
 * Parameter: weight [context, features].
 * @throws ActigradError "option" for invalid sizes; the model throws "shape" for a longer sequence
 */
export function learnedPositions(context: number, features: number, options: WeightOptions = {}): Layer {
  checkOptions("learnedPositions", options, ["init"]);
  checkCounts("learnedPositions", { context, features });
  const { init = small } = options;
  const made = madeBy("learnedPositions", [context, features], {});
  return defineLayer({
    kind: "positions",
    ...made,
    sampleShape(sample) {
      checkLength(made.title, sequenceOf(sample, features), context);
      return sample;
    },
    build({ name, parameter, cache }: LayerContext & CachedContext, x) {
      const time = timeOf(x, name);
      checkLength(`layer ${name}, ${made.title}`, time, context);
      const fan = { in: features, out: context, units: features };
      const rows = parameter("positions", {
        shape: [1, context, features],
        views: [{ name: "weight", shape: [context, features], index: (i) => i }],
        init: (seed) => init(seed, `${name}.weight`, fan, context * features),
      });
      if (cache !== undefined) return add(x, gather(regroup(rows, [context]), cache.position));
      return add(x, time === context ? rows : pick(rows, { axis: 2, start: 0, step: 1, size: time }));
    },
  });
}

/** Options of `sinusoidalPositions`. */
export interface SinusoidalOptions {
  /** Default 10,000. */
  readonly base?: number;
  /** Sines at even and cosines at odd features (default), or all sines before all cosines. */
  readonly layout?: "interleaved" | "halves";
}

/** Sines and cosines of position * base^(-2j / features), computed in float64: one row per position. */
export function sinusoidalValues(
  positions: readonly number[],
  features: number,
  { base = 10_000, layout = "interleaved" }: SinusoidalOptions = {},
): Float32Array {
  return Float32Array.from({ length: positions.length * features }, (_, i) => {
    const [position, f] = [positions[Math.floor(i / features)]!, i % features];
    const half = Math.ceil(features / 2);
    const [j, sine] = layout === "halves" ? [f % half, f < half] : [Math.floor(f / 2), f % 2 === 0];
    const angle = position * base ** ((-2 * j) / features);
    return sine ? Math.sin(angle) : Math.cos(angle);
  });
}

/**
 * Adds sines and cosines of each position to a sequence f32[R, batch, time, features]; nothing is learned. Vaswani et al. 2017.
 * @throws ActigradError "option" for unknown options; the model throws "shape" for anything but a sequence
 */
export function sinusoidalPositions(features: number, options: SinusoidalOptions = {}): Layer {
  checkOptions("sinusoidalPositions", options, ["base", "layout"]);
  checkCounts("sinusoidalPositions", { features });
  return defineLayer({
    kind: "positions",
    ...madeBy("sinusoidalPositions", [features], options),
    sampleShape(sample) {
      sequenceOf(sample, features);
      return sample;
    },
    build({ graph, name, cache }: LayerContext & CachedContext, x) {
      const positions = Array.from({ length: cache?.context ?? timeOf(x, name) }, (_, t) => t);
      const values = sinusoidalValues(positions, features, options);
      const rows = tensor(graph, `${name}.sines`, [1, positions.length, features], values);
      return add(x, cache === undefined ? rows : gather(rows, cache.position));
    },
  });
}
