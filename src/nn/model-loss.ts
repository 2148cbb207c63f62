/** Losses on a model's derivatives by its inputs, for differential equations. */
import { slopeOf } from "../activations/formula/slope.ts";
import { elements } from "../core/shape.ts";
import { grad } from "../graph/grad.ts";
import type { Higher, Node } from "../graph/graph.ts";
import { activationOp } from "../graph/ops/activation.ts";
import { mul } from "../graph/ops/pointwise.ts";
import { expand } from "../graph/ops/reduce.ts";
import { constant, tensor } from "../graph/ops/source.ts";
import { pick } from "../graph/ops/view.ts";
import { type Loss, type LossOptions, type ModelSite, total } from "./loss.ts";

const higher: Higher = {
  timesSlope(g, record, [x, ...params]) {
    const slope = slopeOf(record);
    if (typeof slope === "number") return slope === 0 ? undefined : mul(g, slope);
    const names = Object.keys(record.params);
    const own = Object.keys(slope.params).map((name) => params[names.indexOf(name)]!);
    return mul(g, x!.graph.add(activationOp, [x!, ...own], { record: slope }));
  },
  withoutBias: (weight) => pick(weight, { axis: 1, start: 0, step: 1, size: weight.shape[1]! - 1 }),
};

/** Which derivative: of which output, by which input. Default: the sum of all outputs, by each input. */
export interface DerivativeOptions {
  readonly of?: number;
  readonly by?: number;
}

const column = (x: Node, i: number): Node =>
  pick(x, { axis: x.shape.length - 1, start: i, step: 1, size: 1 });

/**
 * The derivative of y by x for each row: f32[R, rows, inputs], or [R, rows, 1] with `by`. It can be differentiated again, to any
 * order that the activations in between have (see `Activation.derivative`).
 * @param y f32[R, rows, outputs] that depends on x row by row: a model without batch norm
 * @param x f32[R, rows, inputs], the points that `modelLoss` gives
 * @throws ActigradError "option" for an op or an activation in between that has no second derivative
 */
export function derivative(y: Node, x: Node, { of, by }: DerivativeOptions = {}): Node {
  const [all] = grad(total(of === undefined ? y : column(y, of)), [x], higher);
  const slopes = all ?? expand(constant(y.graph, 0), x.shape);
  return by === undefined ? slopes : column(slopes, by);
}

/** What `modelLoss` gives to its function. */
export interface ModelLossSite {
  /** The rows of the training data, f32[R, rows, inputs], and the model's outputs for them, f32[R, rows, outputs]. */
  readonly x: Node;
  readonly u: Node;
  /** Their targets, f32[1, rows, outputs]; zeros if the rows have none. */
  readonly target: Node;
  /** The model at other points, with the same weights. */
  model(points: Node): Node;
  /** Fixed points, one row each: f32[R, rows, inputs]. */
  points(rows: readonly (readonly number[])[]): Node;
}

/**
 * A loss that sees the model as a function of its inputs, so that it can contain the model's derivatives (`derivative`).
 *
 *     const oscillator = modelLoss({
 *       name: "oscillator", // u'' + u = 0
 *       each({ x, u }) {
 *         const residual = add(derivative(derivative(u, x), x), u);
 *         return mul(residual, residual);
 *       },
 *     });
 *
 * Raissi, Perdikaris, Karniadakis 2019: Physics-informed neural networks.
 * @param loss its name, and `each`, which returns a value per row, f32[R, rows, n]; terms for all rows together (boundary
 * values), f32[R, 1, n], may be added. It is reduced as any loss
 */
export const modelLoss = (
  { name, each }: { readonly name: string; each(site: ModelLossSite): Node },
  { reduction = "mean" }: LossOptions = {},
): Loss => ({
  name,
  targets: "values",
  reduction,
  ofModel: true,
  each: (u, target, site) => each(siteOf(u, target, site!)),
});

function siteOf(u: Node, target: Node, { x, model }: ModelSite): ModelLossSite {
  const points: ModelLossSite["points"] = (rows) => {
    const values = rows.flat();
    const shape = [1, rows.length, elements([values.length]) / rows.length];
    const given = tensor(x.graph, `points ${JSON.stringify(rows)}`, shape, values);
    return expand(given, [x.shape[0]!, ...shape.slice(1)]);
  };
  return { x, u, target, model, points };
}
