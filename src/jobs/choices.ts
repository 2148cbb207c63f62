/** Losses, optimizers and schedules from text: `huber:delta=2`, `sgd:momentum=0.9,nesterov`, `cosine:etaMin=1e-5`. */
import { ActigradError, unknownName } from "../core/errors.ts";
import {
  type Clip,
  type Loss,
  type Optimizer,
  type OptimizerOptions,
  type Schedule,
  clipNorm,
  clipValue,
  losses,
  optimizers,
  schedules,
  warmup,
} from "../index.ts";

type Kind = "number" | "numbers" | "flag" | "word";
type Value = number | readonly number[] | boolean | string;
interface Named {
  readonly options: Readonly<Record<string, Kind>>;
}

/** The name and the options of `NAME:key=value,flag,list=1/2/3`. @throws ActigradError "option" with the nearest name */
function parseChoice<T extends Readonly<Record<string, Named>>>(
  what: string,
  text: string,
  table: T,
): { name: keyof T & string; options: Record<string, Value> } {
  const [head = "", ...rest] = text.split(":");
  const name = head.trim();
  if (!Object.hasOwn(table, name)) throw unknownName(what, name, Object.keys(table));
  const kinds = table[name]!.options;
  const options: Record<string, Value> = {};
  for (const part of rest.join(":").split(",")) {
    const [key = "", ...words] = part.split("=").map((word) => word.trim());
    if (key === "") continue;
    if (!Object.hasOwn(kinds, key)) {
      if (Object.keys(kinds).length > 0) throw unknownName(`option of ${name}`, key, Object.keys(kinds));
      throw new ActigradError("option", `${name} has no options, got "${key}"`);
    }
    options[key] = readValue(
      `${name}: ${key}`,
      kinds[key]!,
      words.length === 0 ? undefined : words.join("="),
    );
  }
  return { name, options };
}

function readValue(where: string, kind: Kind, text: string | undefined): Value {
  const number = (word: string): number => {
    const value = word.trim() === "" ? NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new ActigradError("option", `${where}: expected a number, got "${word}"`);
  };
  if (kind === "flag") {
    if (text === undefined || text === "true" || text === "false") return text !== "false";
    throw new ActigradError("option", `${where}: expected no value, true or false, got "${text}"`);
  }
  if (text === undefined || text === "") throw new ActigradError("option", `${where}: expected a value`);
  if (kind === "word") return text;
  return kind === "number" ? number(text) : text.split("/").map(number);
}

/** @throws ActigradError "option" with the nearest name */
export function chooseLoss(text: string): Loss {
  const { name, options } = parseChoice("loss", text, losses);
  return (losses[name].make as (options: object) => Loss)(options);
}

/** How a training updates its weights, as the command line has it. */
export interface UpdateChoice {
  readonly optimizer: string;
  readonly lr: number;
  readonly momentum?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly schedule?: string | undefined;
  readonly warmup?: number | undefined;
  readonly clipNorm?: number | undefined;
  readonly clipValue?: number | undefined;
}

/** @throws ActigradError "option" with the nearest name, or for an option that the optimizer does not have */
export function chooseOptimizer(choice: UpdateChoice, updates: number, perEpoch: number): Optimizer {
  const { lr, momentum, weightDecay } = choice;
  const { name, options } = parseChoice("optimizer", choice.optimizer, optimizers);
  const { options: known } = optimizers[name] as Named;
  if (momentum !== undefined && !Object.hasOwn(known, "momentum")) {
    const others = Object.entries(optimizers).filter(([, o]) => Object.hasOwn(o.options, "momentum"));
    throw new ActigradError("option", `${name} has no momentum`, {
      hint: `${others.map(([n]) => n).join(", ")} have`,
    });
  }
  const schedule = chooseSchedule(choice, updates, perEpoch);
  const all = {
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...betasOf(options),
    lr,
    ...(schedule && { schedule }),
  };
  return (optimizers[name].make as (options: OptimizerOptions) => Optimizer)(all);
}

/** beta1 and beta2 as the pair that optimizers take. */
function betasOf({ beta1, beta2, ...options }: Record<string, Value>): Record<string, unknown> {
  return beta1 === undefined && beta2 === undefined
    ? options
    : { ...options, betas: [beta1 ?? 0.9, beta2 ?? 0.999] };
}

/** What a schedule does not name follows from the length of the training. */
function chooseSchedule(choice: UpdateChoice, updates: number, perEpoch: number): Schedule | undefined {
  const { schedule: text, warmup: steps = 0 } = choice;
  const rest = Math.max(2, updates - steps);
  const usual: Readonly<Record<string, Record<string, Value>>> = {
    step: { stepSize: Math.max(1, Math.ceil(rest / 3)) },
    multistep: { milestones: [Math.ceil(rest / 2), Math.ceil(rest * 0.75)] },
    exponential: { gamma: 0.01 ** (1 / rest) },
    cosine: { tMax: rest },
    cosine_restarts: { t0: Math.max(1, perEpoch) },
    linear: { startFactor: 1, endFactor: 0, totalIters: rest },
    onecycle: { totalSteps: rest },
    polynomial: { totalIters: rest },
  };
  let schedule: Schedule | undefined;
  if (text !== undefined) {
    const { name, options } = parseChoice("schedule", text, schedules);
    schedule = (schedules[name].make as (options: object) => Schedule)({ ...usual[name], ...options });
  }
  return steps === 0 ? schedule : warmup(steps, schedule);
}

/** @throws ActigradError "option" when both are given, or one is not above 0 */
export function chooseClip({ clipNorm: norm, clipValue: value }: UpdateChoice): Clip | undefined {
  if (norm !== undefined && value !== undefined)
    throw new ActigradError("option", "gradients are clipped by norm or by value, not by both");
  if (norm !== undefined) return clipNorm(norm);
  return value === undefined ? undefined : clipValue(value);
}
