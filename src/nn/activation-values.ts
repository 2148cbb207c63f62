import { resolveParams } from "../activations/params.ts";
import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Parameter } from "./layer.ts";

/** Tensors that hold parameters of activations, and values for everything in them. */
export interface ActivationValues {
  readonly parameters: readonly Parameter[];
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}

/**
 * Values for the learned or held parameters of one activation layer.
 * @throws ActigradError "option" for a layer without such parameters, for a name or value that its record refuses, and if a
 * tensor would be set only in part
 */
export function activationValues(
  all: readonly Parameter[],
  layer: string,
  values: Readonly<Record<string, number>>,
): ActivationValues {
  const own = all.filter(({ activation }) => activation?.layer === layer);
  const [first] = own;
  if (first?.activation === undefined) {
    const layers = new Set(all.flatMap(({ activation }) => activation?.layer ?? []));
    throw new ActigradError("option", `layer "${layer}" has no activation with values to set`, {
      hint: layers.size > 0 ? `layers that have: ${[...layers].join(", ")}` : "no layer of this model has",
    });
  }
  const { record, start } = first.activation;
  const resolved = resolveParams(record, { ...start, ...values });
  const touched = own.filter(({ activation }) =>
    activation!.params.some((name) => Object.hasOwn(values, name)),
  );
  const weights: [string, { shape: readonly number[]; data: Float32Array }][] = [];
  for (const { views, activation } of touched) {
    for (const [i, { name, shape }] of views.entries()) {
      const param = activation!.params[i]!;
      if (!Object.hasOwn(values, param)) {
        throw new ActigradError("option", `${record.name}: ${param} is missing`, {
          hint: `give all of ${activation!.params.join(", ")}: they lie in one tensor`,
        });
      }
      const value = record.params[param]!.constraint?.inverse(resolved[param]!) ?? resolved[param]!;
      weights.push([name, { shape, data: new Float32Array(elements(shape)).fill(value) }]);
    }
  }
  const given = touched.flatMap(({ activation }) => activation!.params);
  const constant = Object.keys(values).find((name) => !given.includes(name));
  if (constant !== undefined) {
    throw new ActigradError(
      "option",
      `${record.name}: its ${constant} is neither learned nor held in a tensor`,
      {
        hint: "it is compiled into the kernels: build another model",
      },
    );
  }
  return { parameters: touched, weights: new Map(weights) };
}
