/** Measures and judges how exact activations are on an adapter: ours, and the textbook forms. */
import { uniform } from "../../core/random.ts";
import type { Gpu } from "../../device/context.ts";
import type { ActivationCase } from "./cases.ts";
import { divisionError, evaluateForms, textbookOf } from "./evaluate.ts";
import { type Goals, derivativeZeros, goalsOf, nearZero, webnnBound } from "./goals.ts";
import { type Wanted, measure } from "./measure.ts";
import { corePoints, specialPoints, wholeRange } from "./points.ts";
import type { CaseResult, CertificateResult, Forms } from "./result.ts";
import { missedGoals } from "./verdict.ts";

export interface CertifyOptions {
  /** Points within |x| <= 10, and over all of float32. */
  readonly points: { readonly core: number; readonly whole: number };
  /** If aborted, the cases finished so far are returned. */
  readonly signal?: AbortSignal;
  /** Called before each case. */
  onCase?(done: number, id: string): void;
}

/** The part of a certificate that is measured. */
export type Measured = Pick<CertificateResult, "points" | "divisionUlp" | "cases" | "complete" | "total">;

/** Certifies cases one after another. @throws ActigradError "device-lost" if the device is lost */
export async function certify(
  gpu: Gpu,
  cases: readonly ActivationCase[],
  { points, signal, onCase }: CertifyOptions,
): Promise<Measured> {
  const near = corePoints(points.core);
  const whole = wholeRange(points.whole);
  const divisionUlp = await divisionError(gpu, ...quotients(1 << 16));
  const results: CaseResult[] = [];
  for (const one of cases) {
    if (signal?.aborted === true) break;
    onCase?.(results.length, one.id);
    results.push(await certifyCase(gpu, one, near, whole, goalsOf(one.record.name, divisionUlp <= 0.5)));
  }
  const complete = results.length === cases.length;
  return { points, divisionUlp, cases: results, complete, total: cases.length };
}

/** Numbers within one octave, so that all quotients are of normal size. */
function quotients(n: number): [Float32Array, Float32Array] {
  const octave = (stream: number): Float32Array => uniform(2, stream, n).map((u) => 1 + u);
  return [octave(0), octave(1)];
}

async function certifyCase(
  gpu: Gpu,
  one: ActivationCase,
  near: Float32Array,
  whole: Float32Array,
  goals: Goals,
): Promise<CaseResult> {
  const { id, activation, record, params } = one;
  const special = specialPoints(one);
  const core = near.length + special.length;
  const xs = new Float32Array(core + whole.length);
  xs.set(near);
  xs.set(special, near.length);
  xs.set(whole, core);
  const { condition } = record;
  const sizeOf = (of: "f" | "dfdx"): Wanted["size"] =>
    condition?.[of] === undefined ? undefined : (x) => condition[of]!(x, params);
  const f: Wanted = { xs, core, want: Float64Array.from(xs, (x) => record.f(x, params)), size: sizeOf("f") };
  const want = Float64Array.from(xs, (x) => record.dfdx(x, params));
  const zeros = derivativeZeros(one);
  const zones = Uint8Array.from({ length: core }, (_, i) => Number(nearZero(zeros, xs[i]!, want[i]!)));
  const slope: Wanted = { xs, core, want, nearZero: zones, size: sizeOf("dfdx") };

  const forms = async (of: typeof record): Promise<Forms> => {
    const got = await evaluateForms(gpu, of, params, xs);
    return { f: measure(f, got.f), slope: measure(slope, got.slope) };
  };
  const ours = await forms(record);
  const textbook = textbookOf(record);
  const webnn = webnnBound(record.name) ?? null;
  return {
    id,
    activation,
    params,
    saves: record.saves,
    goals,
    ...(condition !== undefined && { scaled: true as const }),
    ...(record.surrogate === true && { surrogate: true as const }),
    webnn,
    ours,
    textbook: textbook === undefined ? null : await forms(textbook),
    missed: missedGoals(ours, goals, webnn),
  };
}
