/** Layers as plain data, for files: the function that makes each, and its arguments. `layers-from-records.ts` reads them. */
import { isOwn } from "../activations/define.ts";
import type { DeclaredParam } from "../activations/formula/declarations.ts";
import { isFormula } from "../activations/formula/formula.ts";
import type { ActivationLayer } from "../activations/activation.ts";
import { ActigradError } from "../core/errors.ts";
import type { Layer } from "./layer.ts";

/** The options given to an activation. */
interface ActivationCall {
  readonly params: Readonly<Record<string, number>>;
  readonly learned: readonly string[];
  readonly perChannel?: boolean;
  readonly perUnit?: boolean;
}

/** A layer as data. Arguments may contain further records, and lists of them. */
export type LayerRecord =
  | { readonly layer: "own"; readonly title: string }
  | ({ readonly layer: "activation"; readonly name: string; readonly own?: true } & ActivationCall)
  | ({
      readonly layer: "formula";
      readonly formula: string;
      /** The formula's parameters: default, whether it can be learned, and its scope if that is not the layer. */
      readonly declared: Readonly<Record<string, DeclaredParam>>;
    } & ActivationCall)
  | { readonly layer: string; readonly args: readonly unknown[] };

const isActivation = (layer: Layer | ActivationLayer): layer is ActivationLayer => "learned" in layer;
const isLayer = (value: unknown): value is Layer =>
  typeof (value as Partial<Layer> | null)?.build === "function";

/**
 * Layers as data. Custom layers and activations are stored by title or name only.
 * @throws ActigradError "option" for two different custom layers with the same title
 */
export function describeLayers(layers: readonly Layer[]): LayerRecord[] {
  const own = new Map<string, Layer>();
  const argument = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(argument);
    return isLayer(value) ? describe(value) : value;
  };
  const describe = (layer: Layer | ActivationLayer): LayerRecord => {
    if (layer.recipe !== undefined)
      return { layer: layer.recipe[0], args: layer.recipe.slice(1).map(argument) };
    if (isActivation(layer)) return describeActivation(layer);
    const { title } = layer;
    if ((own.get(title) ?? layer) !== layer) {
      throw new ActigradError("option", `two layers of your own have the title "${title}"`, {
        hint: "give each its own title: a file identifies them by it",
      });
    }
    own.set(title, layer);
    return { layer: "own", title };
  };
  return layers.map(describe);
}

function describeActivation({
  activation: record,
  params,
  learned,
  perChannel,
  perUnit,
}: ActivationLayer): LayerRecord {
  const call = {
    params,
    learned,
    ...(perChannel !== undefined && { perChannel }),
    ...(perUnit !== undefined && { perUnit }),
  };
  if (!isFormula(record))
    return { layer: "activation", name: record.name, ...(isOwn(record) && { own: true }), ...call };
  const declared = Object.entries(record.params).map(
    ([name, { default: usual, learnable = false, scope }]) =>
      [name, { default: usual, learnable, ...(scope && { scope }) }] as const,
  );
  return { layer: "formula", formula: record.formula, declared: Object.fromEntries(declared), ...call };
}
