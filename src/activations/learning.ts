import { elements, type Shape } from "../core/shape.ts";
import { ActigradError, unknownName } from "../core/errors.ts";
import type {
  Activation,
  ActivationLayer,
  ActivationOptions,
  LearnedScope,
  LearnedTensor,
  Learning,
} from "./activation.ts";
import { cotangents } from "./learned-sums.ts";

const learnableOf = ({ params }: Activation): string[] =>
  Object.keys(params).filter((name) => params[name]!.learnable === true);

/** Names of the trained parameters. */
function learnedParams(record: Activation, learn: ActivationOptions["learn"]): readonly string[] {
  if (learn === false) return [];
  const learnable = learnableOf(record);
  if (learn === true) return learnable;
  if (learn === undefined) return learnable.filter((name) => record.params[name]!.learnedAs !== undefined);
  for (const name of learn) {
    if (!Object.hasOwn(record.params, name))
      throw unknownName(`parameter of ${record.name}`, name, Object.keys(record.params));
    if (!learnable.includes(name)) {
      throw new ActigradError("option", `${record.name}: its ${name} cannot be learned`, {
        hint: `learnable: ${learnable.join(", ")}`,
      });
    }
  }
  return [...learn];
}

function asked(record: Activation, options: ActivationOptions): ReturnType<Learning["asked"]> {
  const { learn, perChannel, perUnit, ...given } = options;
  const wrong = (what: string, hint: string): never => {
    throw new ActigradError("option", `${record.name}: ${what}`, { hint });
  };
  if (learn !== undefined && typeof learn !== "boolean" && !Array.isArray(learn))
    wrong(`learn = ${String(learn)}`, "expected true, false, or a list of parameters");
  const per = { ...(perChannel !== undefined && { perChannel }), ...(perUnit !== undefined && { perUnit }) };
  for (const [name, value] of Object.entries(per))
    if (typeof value !== "boolean") wrong(`${name} = ${String(value)}`, "expected true or false");
  if (perChannel === true && perUnit === true) wrong("perChannel and perUnit", "choose one of them");
  const learned = learnedParams(record, learn);
  if (learned.length === 0 && (perChannel === true || perUnit === true))
    wrong("no parameter is learned", `name some in learn: ${learnableOf(record).join(", ")}`);
  const every = perUnit === true ? "unit" : perChannel === true ? "channel" : undefined;
  const usual = (name: string): LearnedScope =>
    perChannel === false ? "layer" : (record.params[name]!.scope ?? "layer");
  return {
    given: given as Readonly<Record<string, number>>,
    about: [
      ...(learned.length > 0 ? [`learned ${learned.join(" ")}`] : []),
      ...(every === undefined ? [] : [`one per ${every}`]),
    ],
    fields: {
      learned,
      scopes: Object.fromEntries(learned.map((name) => [name, every ?? usual(name)])),
      ...per,
      tensors,
    },
  };
}

/**
 * The trained parameters with their starting values and constraints. Those of one scope share a tensor, because a kernel can bind
 * only a few; files and people see each by its own name. Held parameters are in another tensor.
 */
function tensors(this: ActivationLayer, shape: Shape): LearnedTensor[] {
  const { params, learned, scopes } = this;
  const specs = this.activation.params;
  const still = Object.keys(specs).filter((name) => specs[name]!.held === true && !learned.includes(name));
  const groups = [
    ...[...new Set(Object.values(scopes))].map((scope) => ({
      scope,
      own: learned.filter((param) => scopes[param] === scope),
    })),
    ...(still.length > 0 ? [{ scope: "layer", own: still, held: true } as const] : []),
  ];
  return groups.map(({ scope, own, ...held }) => {
    const channels = scope === "layer" ? 1 : shape.at(-1)!;
    const places = shape.slice(2, -1).map((n) => (scope === "unit" ? n : 1));
    const [spots, each] = [elements(places), elements(places) * channels];
    return {
      ...held,
      size: [own.length, ...places, channels],
      params: own.map((name) => ({ name, ...specs[name]! })),
      views: own.map((param, p) => ({
        name: specs[param]!.learnedAs ?? param,
        shape: [channels, ...(scope === "unit" ? places : [])],
        index: (i) => p * each + (i % spots) * channels + Math.floor(i / spots),
        kind: "activation",
      })),
      init: () =>
        Float32Array.from({ length: own.length * each }, (_, i) => {
          const param = own[Math.floor(i / each)]!;
          return specs[param]!.constraint?.inverse(params[param]!) ?? params[param]!;
        }),
    };
  });
}

/**
 * How parameters are trained. A record with learnable ones imports it, so that a page without such a record does not carry it.
 */
export const learning: Learning = { asked, cotangents };
