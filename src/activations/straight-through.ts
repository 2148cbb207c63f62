import { ActigradError } from "../core/errors.ts";
import type { Activation } from "./activation.ts";
import { checkIsActivation, checkedRecord } from "./define.ts";
import { type Backward, forwardOf, surrogate } from "./surrogates.ts";

/** A record's derivative over x; for one that saves y, at the y of its own function. */
function backwardOf({
  name,
  formula,
  wgsl,
  params,
  saves,
  kinks,
  dfdx,
}: Activation): Backward & { library: string } {
  const about = { formula: `as of ${name}: ${formula}`, params: fixed(params), kinks, dfdx };
  if (saves === "x") return { ...about, wgsl: wgsl.dfdx, library: "" };
  const names = Object.keys(params);
  const declared = (variable: string): string => [variable, ...names].map((p) => `${p}: T`).join(", ");
  const body = (text: string): string => (/\breturn\b/.test(text) ? text : `return ${text};`);
  return {
    ...about,
    wgsl: `backward_of_(${[`forward_of_(${["x", ...names].join(", ")})`, ...names].join(", ")})`,
    library: `
fn forward_of_(${declared("x")}) -> T {
  ${body(wgsl.f)}
}

fn backward_of_(${declared("y")}) -> T {
  ${body(wgsl.dfdx)}
}
`,
  };
}

/** A purely backward function has no gradient of its parameters. */
const fixed = (params: Activation["params"]): Activation["params"] =>
  Object.fromEntries(
    Object.entries(params).map(([name, { default: usual, doc, check }]) => [
      name,
      { default: usual, doc, ...(check && { check }) },
    ]),
  );

/**
 * The value of one activation with the derivative of another: `straightThrough(signSte, hardtanh)`. Learned parameters of f are
 * trained by f's own derivatives. Tests of derivatives do not apply to it; its certificate says "surrogate".
 * @throws ActigradError "option" if both have a parameter of the same name, or one is no activation
 */
export function straightThrough(f: Activation, g: Activation): Activation {
  for (const given of [f, g]) checkIsActivation("straightThrough", given);
  const shared = Object.keys(g.params).find((name) => Object.hasOwn(f.params, name));
  if (shared !== undefined && f !== g) {
    throw new ActigradError(
      "option",
      `straightThrough: ${f.name} and ${g.name} both have the parameter "${shared}"`,
      {
        hint: "write it as a formula: f(x); backward g(x)",
      },
    );
  }
  const { library, ...backward } = backwardOf(g);
  const made = surrogate(forwardOf(f), backward);
  const libraries = [f.wgsl.library ?? "", g.wgsl.library ?? "", library].filter(
    (text, i, all) => text !== "" && all.indexOf(text) === i,
  );
  return checkedRecord<string>({
    ...made,
    name: `${f.name}_through_${g.name}`,
    wgsl: {
      ...made.wgsl,
      ...(libraries.length > 0 && { library: libraries.join("\n") }),
      ...(f.wgsl.dfdp && { dfdp: f.wgsl.dfdp }),
    },
    ...(f.dfdp && { dfdp: f.dfdp }),
    kinks: (p) => [...f.kinks(p), ...g.kinks(p)],
    transcendentals: Math.max(f.transcendentals, g.transcendentals) as 0 | 1 | 2,
    init: f.init,
    condition: {
      ...(f.condition?.f && { f: f.condition.f }),
      ...(g.condition?.dfdx && { dfdx: g.condition.dfdx }),
    },
  });
}
