import { type Activation, defineActivation } from "../../src/activations/index.ts";
import { relu } from "../../src/activations/records/relu.ts";
import { grad } from "../../src/graph/grad.ts";
import { Graph } from "../../src/graph/graph.ts";
import { activation } from "../../src/graph/ops/activation.ts";
import { add, mul } from "../../src/graph/ops/pointwise.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { data } from "../../src/graph/ops/source.ts";

/** slope x by a custom function called `scaled_`, which also uses the prelude's name `exp_` for something else. */
const scaling = (slope: number): Activation =>
  defineActivation({
    name: "scaling",
    formula: `${slope} x`,
    saves: "x",
    wgsl: {
      library: `fn exp_(x: T) -> T {\n  return x * ${slope}.0;\n}\nfn scaled_(x: T) -> T {\n  return exp_(x);\n}`,
      f: "scaled_(x)",
      dfdx: `scaled_(T(1.0))`,
    },
    f: (x) => slope * x,
    dfdx: () => slope,
  });

/** A relu that differs from the catalogue's, as a user may write one. */
const ownRelu = defineActivation({
  name: "relu",
  formula: "x > 1 ? x − 1 : 0",
  saves: "x",
  wgsl: { f: "max(x - 1.0, T(0.0))", dfdx: "select(T(0.0), T(1.0), x > T(1.0))" },
  f: (x) => Math.max(x - 1, 0),
  dfdx: (x) => (x > 1 ? 1 : 0),
});

/** Records with the same name and different functions in one chain, hence in one module: y, and the gradient of its sum. */
export function sameNames(): Graph {
  const graph = new Graph();
  const x = data(graph, "x", [1, 4, 8]);
  const [twice, thrice] = [scaling(2), scaling(3)];
  const relus = add(activation(relu, x), activation(ownRelu, x));
  const scaled = [twice, thrice, twice].reduce((node, record) => activation(record, node), relus);
  const y = mul(scaled, activation(thrice, x));
  graph.output("y", y);
  graph.output("dx", grad(sum(y, [1, 2]), [x])[0]!);
  return graph;
}
