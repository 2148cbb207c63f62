/**
 * Compares a run with an earlier one by ratios measured within each run, never by milliseconds, which depend on the machine's
 * load.
 */
import { ActigradError } from "../src/core/errors.ts";
import { fromJson } from "../src/core/json.ts";
import { type AdapterInfo, ceilingsOf } from "../src/index.ts";
import { adapterName, decimal, percent } from "../src/report/numbers.ts";
import { FORMAT, type BenchResult } from "./result.ts";
import type { Ratio } from "./suite.ts";
import { entriesOf } from "./suites.ts";
import { cell, type Table } from "../src/report/table.ts";

/** The share by which a ratio may fall. */
export const ALLOWED = 0.15;

export interface Comparison {
  readonly rows: readonly ComparedRatio[];
  /** Ratios of the baseline that this run has not measured. */
  readonly missing: readonly string[];
}

export interface ComparedRatio extends Ratio {
  readonly before: number;
  /** -0.2: a fifth less than before. */
  readonly change: number;
  readonly fell: boolean;
}

/**
 * The content of a bench's JSON file.
 * @throws ActigradError "format" for any other content, or another version's
 */
export function readResult(text: string, path: string): BenchResult {
  const hint = "write a new one on this adapter: npm run bench -- --json FILE";
  let value: unknown;
  try {
    value = fromJson(text);
  } catch (cause) {
    throw new ActigradError("format", `${path} is not JSON`, { hint, cause });
  }
  const { format, adapter, results } = (value ?? {}) as Partial<Record<keyof BenchResult, unknown>>;
  if (format !== FORMAT) {
    const found = typeof format === "string" ? `format "${format.slice(0, 40)}"` : "no bench format";
    throw new ActigradError("format", `${path} has ${found}, expected "${FORMAT}"`, { hint });
  }
  if (!isObject(adapter) || !isObject(results))
    throw new ActigradError("format", `${path} lacks the adapter or the results`, { hint });
  return value as BenchResult;
}

/** The same, if it has ratios. @throws ActigradError "format" if it has none */
export function readBaseline(text: string, path: string): BenchResult {
  const baseline = readResult(text, path);
  if (ratiosOf(baseline, path).length > 0) return baseline;
  throw new ActigradError("format", `${path} has nothing to compare`, {
    hint: "write a new one on this adapter: npm run bench -- --json FILE",
  });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** @throws ActigradError "data" if the baseline is from another adapter: its ratios do not apply to this one */
export function expectAdapter(baseline: AdapterInfo, adapter: AdapterInfo): void {
  const keys = ["vendor", "architecture", "description", "software"] as const;
  if (keys.every((key) => baseline[key] === adapter[key])) return;
  throw new ActigradError(
    "data",
    `the baseline was measured on ${adapterName(baseline)}, this is ${adapterName(adapter)}`,
    { hint: "compare runs on the same adapter" },
  );
}

/** All ratios of a result. @throws ActigradError "format" if a part of it is not what its suite writes */
export function ratiosOf({ results }: BenchResult, path = "the result"): Ratio[] {
  try {
    const adapter = results.limits === undefined ? undefined : ceilingsOf(results.limits);
    const ratios = entriesOf(results).flatMap(({ suite, value }) => suite.ratios?.(value, adapter) ?? []);
    return ratios.map(({ name, to, value }) => ({ name, to, value: Number(value) }));
  } catch (cause) {
    throw new ActigradError("format", `${path} is not a complete bench result`, { cause });
  }
}

/**
 * Compares with the baseline's ratios.
 * @throws ActigradError "data" for another adapter, and if the two runs have nothing in common
 */
export function compareRuns(baseline: BenchResult, result: BenchResult): Comparison {
  expectAdapter(baseline.adapter, result.adapter);
  const keyOf = ({ name, to }: Ratio): string => `${name}, of ${to}`;
  const now = new Map(ratiosOf(result).map((ratio) => [keyOf(ratio), ratio]));
  const rows: ComparedRatio[] = [];
  const missing: string[] = [];
  for (const before of ratiosOf(baseline, "the baseline")) {
    const ratio = now.get(keyOf(before));
    if (ratio === undefined) {
      missing.push(keyOf(before));
      continue;
    }
    const change = ratio.value / before.value - 1;
    // Written so that NaN, or a ratio that is not a number in the file, counts as fallen.
    rows.push({ ...ratio, before: before.value, change, fell: !(change >= -ALLOWED) });
  }
  if (rows.length === 0) {
    throw new ActigradError("data", "this run and the baseline have no measurement in common", {
      hint: "run the suites, sizes and activations that the baseline has",
      missing,
    });
  }
  return { rows, missing };
}

export function baselineTable({ rows, missing }: Comparison, { date }: BenchResult): Table {
  const fallen = rows.filter(({ fell }) => fell).length;
  const change = (of: number): string => `${of < 0 ? "" : "+"}${percent(of, 1)}`;
  return {
    title: `Against the baseline of ${date.slice(0, 10)}: ${fallen} of ${rows.length} ratios fell by more than ${percent(ALLOWED, 0)}`,
    heading: ["ratio", "of", "baseline", "now", "change", "verdict"],
    rows: rows
      .toSorted((a, b) => a.change - b.change)
      .map((row) => [
        cell(row.name),
        cell(row.to),
        cell(decimal(row.before)),
        cell(decimal(row.value)),
        cell(change(row.change)),
        cell(row.fell ? "FELL" : "ok"),
      ]),
    notes: [
      "Each ratio is to something measured in the same run; larger is better.",
      ...(missing.length === 0 ? [] : [`Not measured in this run: ${missing.join("; ")}.`]),
    ],
  };
}
