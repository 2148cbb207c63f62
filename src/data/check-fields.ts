/** What plain JavaScript may pass off as a dataset. Runs only in `development`: types say the same. */
import { ActigradError } from "../core/errors.ts";
import type { RawDataset } from "./dataset.ts";

type Kind = new (...given: never[]) => object;

const floats = [Float32Array, Float64Array] as const;

/** The expected kind of each field: a type as in `typeof`, or one of these arrays. */
const common = { name: "string", rows: "number", shape: [Array], x: [...floats, Uint8Array] } as const;
const own = {
  classes: { labels: [Uint32Array], classes: "number" },
  values: { targets: floats, width: "number" },
} as const;

const nameOf = (value: unknown): string =>
  typeof value === "object" && value !== null ? (value.constructor?.name ?? "object") : typeof value;

/** @throws ActigradError "data" for anything but a dataset, or a field that is missing or has another type */
export function checkFields(who: string, given: unknown): void {
  const fault = (message: string, hint: string): ActigradError =>
    new ActigradError("data", message, { hint });
  const hint = "dataset(x, y) makes one from any arrays";
  const dataset = (given ?? {}) as RawDataset;
  const { kind, name } = dataset as Partial<RawDataset>;
  if (kind !== "classes" && kind !== "values") {
    const got = nameOf(given) === "Object" ? `an object of kind ${JSON.stringify(kind)}` : nameOf(given);
    throw fault(`${who}: expected a dataset of kind "classes" or "values", got ${got}`, hint);
  }
  for (const [field, wanted] of Object.entries<string | readonly Kind[]>({ ...common, ...own[kind] })) {
    const value = dataset[field as keyof RawDataset] as unknown;
    if (typeof wanted === "string" ? typeof value === wanted : wanted.some((type) => value instanceof type))
      continue;
    const type = typeof wanted === "string" ? wanted : wanted.map((one) => one.name).join(" or ");
    throw fault(`dataset "${String(name)}": ${field} must be of type ${type}, got ${nameOf(value)}`, hint);
  }
  if (dataset.x instanceof Float64Array)
    throw fault(
      `dataset "${dataset.name}": x is a Float64Array`,
      "standardise(split(data)) scales and rounds it; dataset(x, y) takes numbers of any kind",
    );
  if (dataset.normalise !== undefined && !(dataset.x instanceof Uint8Array))
    throw fault(
      `dataset "${name}": only bytes can be normalised, x is a ${nameOf(dataset.x)}`,
      "leave normalise out, or scale the numbers yourself",
    );
}
