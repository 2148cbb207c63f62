/** Result of a certificate: plain JSON, format "actigrad-certificate-1". */
import type { AdapterInfo } from "../../core/adapter.ts";

/** Changes when readers of the file have to change. */
export const FORMAT = "actigrad-certificate-1";

/** One evaluation: `got` is a float32, `want` the true value in float64. */
export interface Sample {
  readonly x: number;
  readonly got: number;
  readonly want: number;
}

/** The evaluation with the largest error of its kind; null if all are exact. */
export interface Worst {
  /** In ulp of the true value, or absolute, depending on the field that holds this. */
  readonly error: number;
  readonly at: Sample | null;
}

/** Errors of f or f', as one kernel computes it. */
export interface FormResult {
  /** Largest error in ulp within |x| <= 10; for f' outside the zones around its zeros. */
  readonly ulp: Worst;
  /**
   * Largest distance from the true value rounded to float32, in float32 steps, within |x| <= 10: the measure of WebNN's bounds.
   */
  readonly steps: number;
  /** Largest absolute error of f' in these zones. Null if there are none. */
  readonly nearZero: Worst | null;
  /** Largest absolute error within |x| <= 10. */
  readonly absolute: Worst;
  /** Evaluations over all of float32 that are NaN or infinite but should not be. */
  readonly broken: { readonly count: number; /** The one closest to 0. */ readonly first: Sample | null };
  /**
   * Largest error in ulp in each of CURVE_BINS equal parts of [-10, 10]; in the zones around zeros of f' in units of
   * 2^-25, of which 8 are allowed too.
   */
  readonly curve: readonly number[];
}

export const CURVE_BINS = 80;

/** A function and its derivative, as training computes them. */
export interface Forms {
  readonly f: FormResult;
  readonly slope: FormResult;
}

/** Results for one activation. */
export interface CaseResult {
  /** "celu alpha=0.5" */
  readonly id: string;
  readonly activation: string;
  readonly params: Readonly<Record<string, number>>;
  /** What backward reads. */
  readonly saves: "x" | "y";
  readonly goals: { readonly forward: number; readonly slope: number; readonly nearZero: number };
  /** If terms cancel, errors are in ulp of their size: the record's condition. */
  readonly scaled?: true;
  /** Backward deliberately uses another function than the derivative; `slope` compares the kernel with that function. */
  readonly surrogate?: true;
  /** WebNN's bound on the float32 steps of f; null if WebNN has no such function. */
  readonly webnn: number | null;
  readonly ours: Forms;
  /** The textbook form with WGSL's built-ins; null if ours is the same. */
  readonly textbook: Forms | null;
  /** The missed goals, in words; empty if all is well. */
  readonly missed: readonly string[];
}

export interface CertificateResult {
  readonly format: typeof FORMAT;
  /** False if it was stopped: it then has the cases finished before that. */
  readonly complete: boolean;
  /** ISO 8601, start time. */
  readonly date: string;
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly quick: boolean;
  /** Evaluations of each function: within |x| <= 10, and over all of float32. */
  readonly points: { readonly core: number; readonly whole: number };
  /** Largest error of x / y in ulp; above 1/2, quotients are not correctly rounded, and goals are 2.5 ulp wider. */
  readonly divisionUlp: number;
  /** Number of requested cases. */
  readonly total: number;
  readonly cases: readonly CaseResult[];
  readonly seconds: number;
}

/** How f' meets its goal near its zeros: 1 is the limit. */
export const shareOfNearZero = ({ goals, ours }: CaseResult): number | undefined =>
  ours.slope.nearZero === null ? undefined : ours.slope.nearZero.error / goals.nearZero;
