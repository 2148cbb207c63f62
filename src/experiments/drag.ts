/** The one number of a statement's set-up that a visitor can change: its name, and its possible values. */
import { ActigradError } from "../core/errors.ts";
import type { Text } from "../core/text.ts";
import type { Drag, Experiment, Json, Setup } from "./experiment.ts";
import { type NumberForm, writeNumber } from "./fill.ts";

/** Changed numbers of a set-up, by the path of their field. */
export type Changes = Readonly<Record<string, number>>;

/** Number of steps of a slider. */
const STEPS = 40;
/** A range whose ends have at least this ratio gets logarithmic steps. */
const WIDE = 20;

interface FieldName {
  readonly label: Text;
  readonly form?: NumberForm;
}
const field = (en: string, ko: string, form?: NumberForm): FieldName => ({
  label: { en, ko },
  ...(form && { form }),
});

/** Names of fields that can be changed; for a record of fields, the name of the record. */
const names: Readonly<Record<string, FieldName>> = {
  a: field("factor a", "계수 a"),
  batch: field("batch size", "배치 크기"),
  bias: field("biases set to", "편향을 바꾸는 값"),
  bump: field("change of one input", "입력 하나의 변화량"),
  depth: field("hidden layers", "은닉층 수"),
  elements: field("numbers", "수의 개수"),
  error: field("error to reach", "도달할 오류", "%"),
  kick: field("learning rate of the kick", "충격을 줄 학습률"),
  lr: field("learning rate", "학습률"),
  momentum: field("momentum", "모멘텀"),
  noise: field("noise (standard deviation)", "잡음(표준편차)"),
  rows: field("samples", "표본 수"),
  slope: field("slope at the start", "처음 기울기"),
  step: field("step of the difference quotient", "차분의 간격"),
  steps: field("training steps", "학습 단계 수"),
  to: field("largest input", "가장 큰 입력"),
  turns: field("turns of the spirals", "나선의 바퀴 수"),
  width: field("units per layer", "층마다 유닛 수"),
};

/** A label such as "learning rate, relu" for `lr.relu`. @throws Error for a field without a name */
export function dragLabel({ field }: Drag): Text {
  const { label, inner } = nameOf(field);
  return inner === undefined ? label : { en: `${label.en}, ${inner}`, ko: `${label.ko}, ${inner}` };
}

/** A value as shown to people. */
export const dragValue = ({ field }: Drag, value: number): string => writeNumber(value, nameOf(field).form);

function nameOf(path: string): FieldName & { readonly inner: string | undefined } {
  const [head = "", inner] = path.split(".");
  const found = names[head];
  if (found === undefined) throw new Error(`no name for the field ${path}`);
  return { ...found, inner };
}

/** The number at a path of a set-up; undefined if there is none. */
export function numberAt(setup: Setup, path: string): number | undefined {
  const at = path
    .split(".")
    .reduce<Json | undefined>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, Json>)[key] : undefined,
      setup,
    );
  return typeof at === "number" ? at : undefined;
}

/** The unit of which all values are multiples; undefined if they need not be whole. */
function unitOf({ from, to, multiple }: Drag, original: number): number | undefined {
  return multiple ?? ([from, to, original].every(Number.isInteger) ? 1 : undefined);
}

/** The values of a slider, including the set-up's own. */
export function dragStops(drag: Drag, original: number): number[] {
  const { from, to } = drag;
  const unit = unitOf(drag, original);
  const values = Array.from({ length: STEPS + 1 }, (_, i) => {
    const part = i / STEPS;
    const exact = from > 0 && to / from >= WIDE ? from * (to / from) ** part : from + (to - from) * part;
    return unit === undefined ? Number(exact.toPrecision(2)) : Math.round(exact / unit) * unit;
  });
  return [...new Set([...values, original])].toSorted((a, b) => a - b);
}

/**
 * Applies changes to a set-up.
 * @throws ActigradError "option" for a field that does not exist or cannot be changed, and for a value out of range
 */
export function changed(
  { name, drag }: Pick<Experiment, "name" | "drag">,
  setup: Setup,
  set: Changes,
): Setup {
  const { field, from, to } = drag;
  const unit = unitOf(drag, numberAt(setup, field)!);
  const range = `${field} from ${from} to ${to}${unit === undefined ? "" : unit === 1 ? ", whole" : `, a multiple of ${unit}`}`;
  return Object.entries(set).reduce((all, [path, value]) => {
    const fault = (what: string, hint: string): ActigradError =>
      new ActigradError("option", `${name}: ${what}`, { hint, name: path, value });
    if (path !== field) {
      const there = numberAt(setup, path) !== undefined;
      const what = there ? `${path} cannot be changed` : `its set-up has no number "${path}"`;
      throw fault(what, `what can be changed is ${range}`);
    }
    if (!(value >= from && value <= to) || (unit !== undefined && value % unit !== 0))
      throw fault(`expected ${range}, got ${value}`, "choose another value");
    return withNumber(all, path.split("."), value);
  }, setup);
}

function withNumber(setup: Setup, [key = "", ...rest]: readonly string[], value: number): Setup {
  return { ...setup, [key]: rest.length === 0 ? value : withNumber(setup[key] as Setup, rest, value) };
}
