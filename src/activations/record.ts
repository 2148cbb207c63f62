import type { Activation, ActivationParam } from "./activation.ts";
import { activationLayer } from "./layer.ts";

type Optional = "aliases" | "source" | "params" | "kinks" | "transcendentals" | "init";

/** The argument of `defineActivation`: a record in which common values may be left out. */
export type ActivationSpec<P extends string> = Omit<Activation<P>, Optional> &
  Partial<Pick<Activation<P>, Optional>>;

/**
 * Completes a record and makes it callable. Defaults: no aliases, parameters or kinks, `transcendentals: 0`, `init: "he"`.
 * Unchecked, so that a page that imports an activation need not carry the checks: a test checks the engine's own.
 */
/* @__NO_SIDE_EFFECTS__ */ // lets a bundle drop unused records
export function record<P extends string = never, const N extends string = string>(
  spec: ActivationSpec<P> & { readonly name: N },
): Activation<P> & { readonly name: N } {
  const complete = {
    aliases: [],
    source: "",
    params: {} as Record<P, ActivationParam>,
    kinks: () => [],
    transcendentals: 0,
    init: "he",
    ...spec,
  };
  // A function's own `name` cannot be assigned, only defined.
  const called: Activation<P> = Object.defineProperties(
    ((options) => spec.layer?.(options ?? {}) ?? activationLayer(called, options)) as Activation<P>,
    {
      ...Object.getOwnPropertyDescriptors(complete),
      toString: { value: () => `${complete.name}: ${complete.formula}` },
    },
  );
  return Object.freeze(called) as Activation<P> & { readonly name: N };
}
