import { ActigradError } from "../core/errors.ts";
import { unitsFor } from "./layer.ts";
import { linear } from "./linear.ts";
import { parseActivation } from "./parse.ts";
import { type Model, sequential } from "./sequential.ts";

/** A multilayer perceptron as data: what command lines, files and links carry. */
export interface MlpSpec {
  readonly inputs: number;
  /** Widths of the hidden layers: features that come out of each, whatever units its activation needs for them. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** One for all hidden layers, or one each: `relu`, `maxout:pieces=3` (see `parseActivation`). */
  readonly activations: readonly string[];
}

/** linear - activation - ... - linear. @throws ActigradError "option" for widths or activations that do not fit. */
export function mlp({ inputs, hidden, outputs, activations }: MlpSpec): Model {
  if (activations.length !== 1 && activations.length !== hidden.length) {
    throw new ActigradError(
      "option",
      `${activations.length} activations for ${hidden.length} hidden layers`,
      {
        hint: "give one for all of them, or one for each",
      },
    );
  }
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i) => {
    const activation = parseActivation(activations[i] ?? activations[0]!);
    return [linear(sizes[i]!, unitsFor(activation, width)), activation];
  });
  return sequential(...layers, linear(sizes.at(-1)!, outputs));
}
