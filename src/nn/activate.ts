import { type Activation, resolveParams } from "../activations/activation.ts";
import { activation } from "../ops/activation.ts";
import type { Layer } from "./layer.ts";

/** An activation as a layer, with other parameters than the usual: `activate(leakyRelu, { negativeSlope: 0.2 })`. */
export function activate<P extends string>(
  record: Activation<P>,
  params: Readonly<Partial<Record<NoInfer<P>, number>>> = {} as Readonly<Partial<Record<P, number>>>,
): Layer {
  const values = resolveParams(record, params);
  const given = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
  return {
    kind: "activation",
    title: given.length === 0 ? record.name : `${record.name}(${given.join(", ")})`,
    activation: record,
    build: (_context, x) => activation(record, x, values),
  };
}
