import { ActigradError } from "../core/errors.ts";
import { weightsOf } from "./init-names.ts";
import { type Layer, unitsFor } from "./layer.ts";
import { linear } from "./linear.ts";
import { parseActivation } from "./parse.ts";
import { type Model, sequential } from "./sequential.ts";

/** A multilayer perceptron as data, for command lines, files and links. */
export interface MlpSpec {
  readonly inputs: number;
  /** Widths of the hidden layers, in output features; an activation may need more units for them. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** One for all hidden layers, or one per layer: `relu`, `maxout:pieces=3` (see `parseActivation`). */
  readonly activations: readonly string[];
  /** Starting weights: those that suit each activation (default), or a kind with options (see `parseInit`). */
  readonly init?: string;
  /** An activation of the outputs, for losses that do not take raw numbers: `log_softmax`. */
  readonly last?: string;
}

/**
 * linear - activation - ... - linear.
 * @param norm makes the layers before each activation, from the number of units
 * @throws ActigradError "option" for widths or activations that do not fit
 */
export function mlp(
  { inputs, hidden, outputs, activations, init: kind, last }: MlpSpec,
  norm: (units: number) => readonly Layer[] = () => [],
): Model {
  if (activations.length !== 1 && activations.length !== hidden.length) {
    throw new ActigradError(
      "option",
      `${activations.length} activations for ${hidden.length} hidden layers`,
      {
        hint: "give one for all of them, or one for each",
      },
    );
  }
  const weights = weightsOf(kind);
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i) => {
    const activation = parseActivation(activations[i] ?? activations[0]!);
    const units = unitsFor(activation, width);
    return [linear(sizes[i]!, units, weights), ...norm(units), activation];
  });
  const end = last === undefined ? [] : [parseActivation(last)];
  return sequential(...layers, linear(sizes.at(-1)!, outputs, weights), ...end);
}
