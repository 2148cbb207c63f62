/** Probes for how layers transform space. */
import { ActigradError } from "../../../core/errors.ts";
import type { Node } from "../../../graph/graph.ts";
import { total } from "../../../nn/loss.ts";
import { correct, crossEntropyRows } from "../../../graph/ops/crossEntropy.ts";
import { grad } from "../../../graph/grad.ts";
import { matmul } from "../../../graph/ops/matmul.ts";
import { div, mul, sqrt, sub } from "../../../graph/ops/pointwise.ts";
import { sum } from "../../../graph/ops/reduce.ts";
import { constant, tensor } from "../../../graph/ops/source.ts";
import { adam } from "../../../optim/adam.ts";
import { type Probe, defineProbe, meanOf } from "./probe.ts";

/**
 * Accuracy of a linear model on each layer's output: `NAME` is that of a logistic regression on the layer, `x` on the input. Each
 * run is one step of Adam over all rows, starting at weights of 0; expect to need a few hundred runs.
 */
export function linearProbe({
  classes,
  lr = 0.05,
}: {
  readonly classes: number;
  readonly lr?: number;
}): Probe {
  const optimizer = adam({ lr });
  return defineProbe({
    name: "linearProbe",
    scalars: (run, replicas) => optimizer.scalars(run, replicas),
    build({ graph, replicas, x, layers, target, state }) {
      const labels = target();
      const places = [{ name: "x", output: x }, ...layers];
      return Object.fromEntries(
        places.map(({ name, output }) => {
          if (output.shape.length !== 3)
            throw new ActigradError("option", `linearProbe: layer ${name} outputs images`, {
              hint: "put flatten() before the layers that are probed",
            });
          const weights = state(`linearProbe.${name}`, [replicas, output.shape[2]! + 1, classes]);
          const logits = matmul(output, weights, "ab", true);
          const [gradient] = grad(total(crossEntropyRows(logits, labels)), [weights]);
          const each = mul(gradient!, 1 / output.shape[1]!);
          optimizer.update(weights, each, { replicas, alive: constant(graph, 1), weightDecay: false });
          return [name, meanOf(correct(logits, labels))];
        }),
      );
    },
  });
}

/**
 * d(outputs)/d(inputs) of every row: key `j` is that of output j, [R, rows, inputs]. For networks that treat rows independently.
 */
export const jacobian = (): Probe =>
  defineProbe({
    name: "jacobian",
    ownInputs: true,
    build({ graph, x, output }) {
      const outputs = Array.from({ length: output.shape[2]! }, (_, j) => j);
      return Object.fromEntries(
        outputs.flatMap((j) => {
          const mask = outputs.map((k) => (k === j ? 1 : 0));
          const one = mul(output, tensor(graph, `jacobian.${j}`, [1, 1, outputs.length], mask));
          const [gradient] = grad(total(one), [x]);
          return gradient === undefined ? [] : [[String(j), gradient]];
        }),
      );
    },
  });

/** A layer's values for the same rows in another network: [replicas or 1, rows, features]. */
export interface OtherActivity {
  readonly shape: readonly [replicas: number, rows: number, features: number];
  readonly output: Float32Array;
}

/**
 * Linear centred kernel alignment of layers with those of another network on the same rows: 1 if they are the same up to rotation
 * and scale. Kornblith et al. 2019.
 * @param others by layer name, as `Inspection.read` returns them
 */
export const cka = (others: Readonly<Record<string, OtherActivity>>): Probe =>
  defineProbe({
    name: "cka",
    build({ graph, layers, rows }) {
      const own = layers.filter(({ name }) => others[name] !== undefined);
      return Object.fromEntries(
        own.map(({ name, output }) => {
          const { shape, output: values } = others[name]!;
          if (shape[1] !== rows)
            throw new ActigradError(
              "shape",
              `cka: layer ${name} has ${shape[1]} rows, the inspection ${rows}`,
            );
          const a = centred(output);
          const b = centred(tensor(graph, `cka.${name}`, shape, values));
          const both = squared(matmul(a, b, "atb"));
          return [
            name,
            div(both, mul(sqrt(squared(matmul(a, a, "atb"))), sqrt(squared(matmul(b, b, "atb"))))),
          ];
        }),
      );
    },
  });

const centred = (x: Node): Node => sub(x, mul(sum(x, [1]), 1 / x.shape[1]!));
const squared = (x: Node): Node => total(mul(x, x));
