/** How the weights move; run it once after each training step. */
import { unknownName } from "../../../core/errors.ts";
import type { Node } from "../../../graph/graph.ts";
import { total } from "../../../nn/loss.ts";
import { assign } from "../../../graph/ops/assign.ts";
import { add, div, mul, sqrt, sub, where } from "../../../graph/ops/pointwise.ts";
import { stepScalar } from "../../../graph/ops/source.ts";
import { pick } from "../../../graph/ops/view.ts";
import { type Probe, type ProbeContext, defineProbe } from "./probe.ts";

const FIRST = "updates.first";

/**
 * Updates are the differences of all weights between two runs of the inspection. `cosine` is between the last two updates (NaN
 * before there are two), `length` that of the last, and `efficiency` the distance from the first run's weights divided by the
 * length of the path.
 * @param options.weightsOf a linear layer's name: uses only its weights, without its biases
 */
export const updates = ({ weightsOf }: { readonly weightsOf?: string } = {}): Probe =>
  defineProbe({
    name: weightsOf === undefined ? "updates" : `updates of ${weightsOf}`,
    scalars: (run) => ({ [FIRST]: run === 0 ? 1 : 0 }),
    build(context) {
      const { graph, parameters } = context;
      const first = stepScalar(graph, FIRST);
      const moving =
        weightsOf === undefined ? parameters.map(({ node }) => node) : [weightOf(context, weightsOf)];
      const sums: { dot: Node; now: Node; before: Node; distance: Node }[] = moving.map((node, i) => {
        const [last, moved, start] = ["last", "moved", "start"].map((name) =>
          context.state(`${i}.${name}`, node.shape),
        ) as [Node, Node, Node];
        const now = where(first, 0, sub(node, last));
        const origin = where(first, node, start);
        const away = sub(node, origin);
        const found = {
          dot: mul(now, moved),
          now: mul(now, now),
          before: mul(moved, moved),
          distance: mul(away, away),
        };
        assign(last, node);
        assign(moved, now);
        assign(start, origin);
        return {
          dot: total(found.dot),
          now: total(found.now),
          before: total(found.before),
          distance: total(found.distance),
        };
      });
      const sum = (of: "dot" | "now" | "before" | "distance"): Node => sums.map((s) => s[of]).reduce(add);
      const length = sqrt(sum("now"));
      return {
        cosine: div(sum("dot"), mul(length, sqrt(sum("before")))),
        length,
        efficiency: div(sqrt(sum("distance")), pathOf(context, length)),
      };
    },
  });

/** A linear layer's weights without its biases (the last row, if any). @throws ActigradError "option" for any other layer */
function weightOf({ layers, parameters }: ProbeContext, name: string): Node {
  const found = parameters.find(({ node }) => node.label === `${name}.linear`);
  if (found !== undefined)
    return pick(found.node, { axis: 1, start: 0, step: 1, size: found.views[0]!.shape[1]! });
  const linear = layers.filter(({ layer }) => layer.kind === "linear").map((layer) => layer.name);
  throw unknownName("linear layer", name, linear);
}

function pathOf({ replicas, state }: ProbeContext, length: Node): Node {
  const path = state("path", [replicas, 1, 1]);
  const longer = add(path, length);
  assign(path, longer);
  return longer;
}
