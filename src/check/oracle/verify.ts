/** Runs reference cases on the GPU and the CPU, and judges the results. */
import { ActigradError } from "../../core/errors.ts";
import type { Gpu } from "../../device/context.ts";
import { type Comparison, compare } from "../float64/index.ts";
import { cpuMachine, gpuMachine } from "./machine.ts";
import type { OracleCase } from "./oracle.ts";
import { type Expectation, type Problem, Unsupported, type Values } from "./problem.ts";
import { runnerOf, subjectOf } from "./runners.ts";
import { type Tolerances, oracleTolerances } from "./tolerance.ts";

export type Path = "gpu" | "cpu";

/** One case on one path. `tensor` to `ulp` describe the worst element: the one closest to its tolerance, or furthest beyond. */
export interface CaseResult {
  readonly file: string;
  readonly id: string;
  /** What the case tests: an op, an activation, an optimizer. */
  readonly subject: string;
  readonly path: Path;
  readonly status: "pass" | "fail" | "unsupported";
  readonly tensor: string | null;
  readonly index: number | null;
  readonly got: number | null;
  readonly want: number | null;
  readonly ulp: number | null;
  /** |got - want| as a multiple of the tolerance; above 1 fails. */
  readonly excess: number | null;
  /** Why a case is unsupported or failed without numbers; for a pass, how advisory points differ. */
  readonly reason: string | null;
}

export interface VerifyOptions {
  /** The device of the path "gpu". */
  readonly gpu?: Gpu;
  readonly paths: readonly Path[];
  /** Default: the oracle's own. */
  readonly tolerances?: Tolerances;
  /** On abort, returns the results so far. */
  readonly signal?: AbortSignal;
  onResult?(result: CaseResult): void;
}

/** Cases on the device at once, so that compilation and read-backs overlap. */
const AT_ONCE = 8;

/**
 * Runs each case on every path.
 * @returns results in the order of the cases, one per path for each case
 * @throws ActigradError "device-lost" or "no-gpu" if the device is lost; other errors of a case make it fail
 */
export async function verifyCases(
  cases: readonly OracleCase[],
  { gpu, paths, tolerances = oracleTolerances(), signal, onResult }: VerifyOptions,
): Promise<CaseResult[]> {
  if (paths.includes("gpu") && gpu === undefined)
    throw new ActigradError("no-gpu", "the path gpu needs a device", { hint: "use the path cpu only" });
  const results = new Map<string, CaseResult>();
  const pause = breather();
  const jobs = paths.flatMap((path) =>
    cases.map((oracleCase, i) => ({ path, oracleCase, key: `${i} ${path}` })),
  );
  const next = jobs[Symbol.iterator]();
  let broken = false;
  const work = async (): Promise<void> => {
    for (const { path, oracleCase, key } of next) {
      await pause();
      if (broken || signal?.aborted === true) return;
      try {
        const result = await verifyCase(oracleCase, path, tolerances, (problem) =>
          path === "gpu" ? gpuMachine(gpu!, problem) : cpuMachine(problem, pause),
        );
        results.set(key, result);
        onResult?.(result);
      } catch (error) {
        broken = true; // stops the other workers
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return cases.flatMap((_, i) => paths.flatMap((path) => results.get(`${i} ${path}`) ?? []));
}

type Open = (problem: Problem) => Promise<ReturnType<typeof cpuMachine>> | ReturnType<typeof cpuMachine>;

async function verifyCase(
  oracleCase: OracleCase,
  path: Path,
  tolerances: Tolerances,
  open: Open,
): Promise<CaseResult> {
  const { file, id } = oracleCase;
  const none = { tensor: null, index: null, got: null, want: null, ulp: null, excess: null };
  const about = { file, id, subject: subjectOf(oracleCase), path, ...none };
  try {
    const problem = runnerOf(oracleCase)(oracleCase, tolerances);
    const machine = await open(problem);
    try {
      return { ...about, ...judge(problem.expected, await problem.measure(machine)) };
    } finally {
      machine.dispose();
    }
  } catch (error) {
    if (error instanceof Unsupported) return { ...about, status: "unsupported", reason: error.message };
    const fatal = ["device-lost", "no-gpu", "disposed"];
    if (error instanceof ActigradError && !fatal.includes(error.code))
      return { ...about, status: "fail", reason: error.message };
    throw error;
  }
}

type Verdict = Omit<CaseResult, "file" | "id" | "subject" | "path">;

/** The worst element over all tensors decides; advisory points are reported separately. */
function judge(expected: readonly Expectation[], found: ReadonlyMap<string, Values>): Verdict {
  let worst: (Comparison & { tensor: string }) | undefined;
  const told: string[] = [];
  for (const expectation of expected) {
    const { tensor, bound, advisory } = expectation;
    const got = found.get(tensor) ?? [];
    const want = referenceFor(got, expectation);
    const comparison = compare(got, want, bound, advisory);
    if (worst === undefined || comparison.excess > worst.excess) worst = { ...comparison, tensor };
    if (advisory === undefined) continue;
    const beyond = compare(got, want, bound, (i) => !advisory(i));
    if (!beyond.pass) told.push(`${tensor}[${beyond.index}] got ${beyond.got}, want ${beyond.want}`);
  }
  const { tensor, index, got, want, ulp, excess } = worst!;
  const status = excess <= 1 ? "pass" : "fail";
  if (index < 0) {
    const reason = `${tensor}: ${got} values computed, the reference has ${want}`;
    return { status, tensor, index: null, got: null, want: null, ulp: null, excess, reason };
  }
  const reason = told.length === 0 ? null : `advisory: ${told.join("; ")}`;
  return { status, tensor, index, got, want: Math.fround(want), ulp, excess, reason };
}

/** WGSL may flush denormal float32 to 0, so numbers up to this size count as equal. */
const FLUSHED = 2 ** -126;

/** The reference, replaced by the result where the result is also right. */
function referenceFor(got: Values, { want, also }: Expectation): Values {
  return Array.from(want, (value, i) => {
    const came = got[i]!;
    if (Math.abs(came) <= FLUSHED && Math.abs(value) <= FLUSHED && Math.abs(came - value) <= FLUSHED)
      return came;
    const answers = also?.(i) ?? [];
    if (!answers.some((answer) => Math.fround(answer) === Math.fround(value))) return value;
    return answers.reduce((a, b) => (Math.abs(came - b) < Math.abs(came - a) ? b : a), value);
  });
}

/** Returns a function that yields to the event loop every 50 ms, so that Ctrl-C and the page's drawing are handled. */
function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 50) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
