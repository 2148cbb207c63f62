import { ActigradError, nearest } from "../../core/errors.ts";
import { type AdapterInfo, device } from "../../index.ts";
import {
  type CaseResult,
  type OracleCase,
  type Path,
  Tolerances,
  matchesGlob,
  oracleTolerances,
  readOracle,
  subjectOf,
  verifyCases,
} from "../../check/oracle/index.ts";
import type { JobContext } from "../../host/job.ts";

export interface VerifyOptions {
  /** Indices of reference data; each has its .bin beside it. */
  readonly files: readonly string[];
  readonly paths: readonly Path[];
  /** Which cases, by id or subject, with `*` for any text; all by default. */
  readonly pattern?: string;
  /** A table of tolerances; the oracle's own by default. */
  readonly tolerances?: string;
}

export interface VerifyReport {
  readonly host: string;
  /** Null if only the CPU computed. */
  readonly adapter: AdapterInfo | null;
  readonly cases: readonly CaseResult[];
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
  /** Number of results of a complete run: one for each case and path. */
  readonly total: number;
  readonly seconds: number;
}

export interface VerifyEvent {
  readonly done: number;
  readonly total: number;
  readonly path: Path;
  readonly id: string;
}

/** What this job needs of its context; without `gpu` it runs the path "cpu" anywhere. */
export type VerifyContext = Pick<JobContext<VerifyEvent>, "emit" | "host" | "read" | "signal"> &
  Partial<Pick<JobContext<VerifyEvent>, "gpu">>;

/** Milliseconds between two events. */
const EVENT_MS = 100;

/**
 * Checks the engine with reference data. If aborted, it returns the cases finished so far.
 * @throws ActigradError "format" and "file" for reference data that cannot be read, "option" if no case matches
 */
export async function verify(context: VerifyContext, options: VerifyOptions): Promise<VerifyReport> {
  const begin = performance.now();
  const tolerances = await readTolerances(context, options.tolerances);
  const files = await Promise.all(options.files.map((file) => readOracle(file, context.read)));
  const cases = chosen(
    files.flatMap((file) => file.cases),
    options.pattern,
  );
  const total = cases.length * options.paths.length;
  const gpu = options.paths.includes("gpu") ? await device(context.gpu && { gpu: context.gpu }) : undefined;
  try {
    let done = 0;
    let told = -Infinity;
    const results = await verifyCases(cases, {
      ...(gpu && { gpu }),
      paths: options.paths,
      tolerances,
      signal: context.signal,
      onResult({ path, id }) {
        done++;
        if (performance.now() - told < EVENT_MS) return;
        told = performance.now();
        context.emit({ done, total, path, id });
      },
    });
    const count = (status: CaseResult["status"]): number => results.filter((r) => r.status === status).length;
    return {
      host: context.host,
      adapter: gpu?.adapter ?? null,
      cases: results,
      passed: count("pass"),
      failed: count("fail"),
      unsupported: count("unsupported"),
      total,
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    gpu?.dispose();
  }
}

async function readTolerances({ read }: VerifyContext, file: string | undefined): Promise<Tolerances> {
  if (file === undefined) return oracleTolerances();
  return new Tolerances(new TextDecoder().decode(await read(file)), file);
}

function chosen(cases: readonly OracleCase[], pattern: string | undefined): readonly OracleCase[] {
  if (pattern === undefined) return cases;
  const found = cases.filter((c) => matchesGlob(c.id, pattern) || matchesGlob(subjectOf(c), pattern));
  if (found.length > 0) return found;
  const near = nearest(pattern, [...cases.map(({ id }) => id), ...cases.map(subjectOf)]);
  const hint = near === undefined ? "a * stands for anything" : `did you mean "${near}"?`;
  throw new ActigradError("option", `no case matches "${pattern}"`, { hint });
}
