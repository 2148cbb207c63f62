/**
 * Tolerances of results: the oracle's own table (tolerances.json in this folder), or a user's in the same form. Some entries are
 * rules in words; the caller passes their meaning as code.
 */
import table from "./tolerances.json?raw";
import { ActigradError } from "../../core/errors.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../data/formats/json.ts";
import { type Tolerance, relativeToMax } from "../float64/index.ts";

/** The tolerance of each element. */
export type Bound = Tolerance | ((index: number) => Tolerance);

/** The meaning of each rule in words. */
export type Rules = Readonly<Record<string, () => Bound>>;

/** What a tolerance is looked up by: a section of the table, the case's id, its op. */
export interface Subject {
  readonly section:
    | "activations"
    | "shaped"
    | "layers"
    | "losses"
    | "optim"
    | "trajectories"
    | "nets"
    | "sequence"
    | "gpt"
    | "frontier";
  readonly id: string;
  readonly op: string;
}

/** Ops of the table's "glu family". */
const families: Readonly<Record<string, readonly string[]>> = {
  "glu family": ["glu", "reglu", "geglu", "geglu_tanh", "swiglu", "bilinear"],
};

/** The table's names of ops, where they are shorter. */
const kinds: Readonly<Record<string, string>> = { batchnorm1d: "batchnorm", batchnorm2d: "batchnorm" };

export class Tolerances {
  readonly #file: string;
  readonly #table: JsonObject;

  /** @throws ActigradError "format" if the text is not a JSON object */
  constructor(text: string, file: string) {
    const fault = (message: string): Error => new ActigradError("format", `${file}: ${message}`);
    const value = parseJson(text, fault);
    if (!(value instanceof Map)) throw fault("expected an object of tolerances");
    this.#table = value as JsonObject;
    this.#file = file;
  }

  /**
   * The tolerance of one tensor of a case. Looks up the case's id, a pattern of ids ("*_ill"), the op, a list of ops ("linear
   * conv2d") or a family, the widest of the op's other variants (elu_0.5 for elu_3), "default".
   * @param want the reference, for tolerances relative to its largest value
   * @param rules the meaning of entries in words
   * @throws ActigradError "format" if there is no entry, or one in words that `rules` lacks
   */
  of(subject: Subject, tensor: string, want: ArrayLike<number>, rules: Rules = {}): Bound {
    const where = `${this.#file}: ${subject.section}`;
    const section = this.#table.get(subject.section);
    const entries = section instanceof Map ? find(section as JsonObject, subject, tensor) : [];
    if (entries.length === 0) {
      throw new ActigradError(
        "format",
        `${where}: no tolerance for ${tensor} of "${subject.id}" (${subject.op})`,
      );
    }
    const bounds = entries.map((entry) => read(entry, want, rules, where));
    if (bounds.length === 1) return bounds[0]!;
    const all = bounds.map((bound) => (typeof bound === "function" ? bound(0) : bound));
    return { atol: Math.max(...all.map((b) => b.atol)), rtol: Math.max(...all.map((b) => b.rtol)) };
  }
}

/** The oracle's own tolerances. */
export const oracleTolerances = (): Tolerances => new Tolerances(table, "the table of tolerances");

/** The entries for a tensor: one, or those of the op's other variants. */
function find(section: JsonObject, { id, op }: Subject, tensor: string): JsonValue[] {
  const keys = [...section.keys()];
  const chosen =
    keys.find((key) => key === id) ??
    keys.find((key) => key.includes("*") && matchesGlob(id, key)) ??
    keys.find((key) => (families[key] ?? key.split(" ")).some((name) => name === op || name === kinds[op]));
  const candidates = chosen === undefined ? keys.filter((key) => key.startsWith(`${op}_`)) : [chosen];
  // A section without cases or ops has entries by tensor ("optim": {"loss": ..., "params": ...}).
  const found = candidates.length > 0 ? candidates : keys.filter((key) => key === tensor);
  const names = found.length > 0 ? found : keys.filter((key) => key === "default");
  return names.flatMap((key) => {
    const entry = section.get(key)!;
    if (!(entry instanceof Map) || isNumbers(entry as JsonObject)) return [entry];
    const own = (entry as JsonObject).get(tensor);
    return own === undefined ? [] : [own];
  });
}

const numberNames = ["atol", "rtol", "relToTensorMax"];
const isNumbers = (entry: JsonObject): boolean => numberNames.some((name) => entry.has(name));

function read(entry: JsonValue, want: ArrayLike<number>, rules: Rules, where: string): Bound {
  if (entry === "exact") return { atol: 0, rtol: 0 };
  if (typeof entry === "string") {
    if (Object.hasOwn(rules, entry)) return rules[entry]!();
    const known = Object.keys(rules).map((words) => `"${words}"`);
    throw new ActigradError("format", `${where}: the rule "${entry}" is unknown`, {
      hint: `give numbers ({"atol": 1e-6, "rtol": 1e-5})${known.length > 0 ? ` or ${known.join(" or ")}` : ""}`,
    });
  }
  const [atol, rtol, relative] = numberNames.map((name) => {
    const value = entry instanceof Map ? (entry as JsonObject).get(name) : undefined;
    if (value === undefined) return 0;
    if (typeof value === "number" && value >= 0) return value;
    throw new ActigradError(
      "format",
      `${where}: ${name}: expected a number of at least 0, got ${String(value)}`,
    );
  }) as [number, number, number];
  const { atol: largest } = relativeToMax(want, relative, atol);
  return { atol: largest, rtol };
}

/** Whether a text matches a pattern in which `*` stands for any text. */
export function matchesGlob(text: string, pattern: string): boolean {
  const literal = (part: string): string => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`, "s").test(text);
}
