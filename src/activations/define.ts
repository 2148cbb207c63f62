import { development } from "../core/development.ts";
import { ActigradError } from "../core/errors.ts";
import type { Activation, ActivationParam } from "./activation.ts";
import { checkActivation } from "./check.ts";
import { learning } from "./learning.ts";
import { type ActivationSpec, record } from "./record.ts";

/** Words that cannot name a parameter, because the forms use them or WGSL reserves them. */
const taken = new Set([
  "x",
  "y",
  "gy",
  "T",
  "U",
  "I",
  "B",
  "f32",
  "u32",
  "i32",
  "bool",
  "let",
  "var",
  "fn",
  "return",
  "learn",
  "perChannel",
  "perUnit",
]);

const own = new WeakSet<Activation>();

/** Whether a record is custom: a file then stores only its name. */
export const isOwn = (record: Activation): boolean => own.has(record);

/** @throws ActigradError "option" if what is given is no activation's record, such as a name */
export function checkIsActivation(what: string, given: unknown): void {
  if (typeof given === "function" && "wgsl" in given) return;
  throw new ActigradError("option", `${what}: expected an activation, got ${String(given)}`, {
    hint: 'take one of activations, findActivation("gelu") by its name, or formula("x * tanh(x)")',
  });
}

/**
 * Checks and completes a record, and makes it callable. Defaults: no aliases, parameters or kinks, `transcendentals: 0`, `init:
 * "he"`.
 * @throws ActigradError "option" naming the record's fault; except in a production build, also for a derivative that is not that
 * of f (`checkActivation`)
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineActivation<P extends string = never, const N extends string = string>(
  spec: ActivationSpec<P> & { readonly name: N },
): Activation<P> & { readonly name: N } {
  const made = checkedRecord(spec);
  if (development) checkActivation(made as Activation);
  return made;
}

/** As `defineActivation`, for a record whose derivative was not written by hand. @throws ActigradError "option" */
/* @__NO_SIDE_EFFECTS__ */
export function checkedRecord<P extends string = never, const N extends string = string>(
  spec: ActivationSpec<P> & { readonly name: N },
): Activation<P> & { readonly name: N } {
  const isLearnable = Object.values<ActivationParam>(spec.params ?? {}).some(
    ({ learnable }) => learnable === true,
  );
  const made = record({ ...(isLearnable && { learning }), ...spec });
  check(made);
  own.add(made as Activation);
  return made;
}

function check(record: Activation): void {
  const fail = (what: string): never => {
    throw new ActigradError("option", `activation "${record.name}": ${what}`, { name: record.name });
  };
  for (const name of [record.name, ...record.aliases]) {
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      fail(`"${name}" is not a valid name; expected lower-case letters, digits and _`);
  }
  if (record.dfdy !== undefined && record.saves !== "y") fail('it has dfdy, so it must save "y"');
  const forms = [
    record.wgsl.f,
    record.wgsl.dfdx,
    ...Object.values<string | undefined>(record.wgsl.dfdp ?? {}),
  ];
  if (forms.some((form) => form === undefined || form.trim() === "")) fail("a WGSL form is empty");
  for (const [name, param] of Object.entries<ActivationParam>(record.params)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name) || taken.has(name)) fail(`a parameter cannot be called "${name}"`);
    const wrong = Number.isFinite(param.default) ? param.check?.(param.default) : "it must be finite";
    if (wrong !== undefined) fail(`the default ${name} = ${param.default} is out of range: ${wrong}`);
    if (param.learnedAs !== undefined && param.learnable !== true)
      fail(`"${name}" is learned, but not learnable`);
    if (param.learnable !== true) continue;
    if (record.saves !== "x") fail(`it has the learnable parameter "${name}", so it must save "x"`);
    if (record.wgsl.dfdp?.[name] === undefined || record.dfdp?.[name] === undefined) {
      fail(`the learnable parameter "${name}" needs a derivative (dfdp) in WGSL and in float64`);
    }
  }
}
