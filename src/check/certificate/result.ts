/** What a certificate says: plain JSON, format "actigrad-certificate-1". */
import type { AdapterInfo } from "../../core/adapter.ts";

/** Changes when a reader of the file would have to. */
export const FORMAT = "actigrad-certificate-1";

/** One evaluation: got is a float32, want the true value in float64. */
export interface Sample {
  readonly x: number;
  readonly got: number;
  readonly want: number;
}

/** The evaluation with the largest error of its kind; null where all are exact. */
export interface Worst {
  /** In ulp of the true value, or absolute, as the field says that holds this. */
  readonly error: number;
  readonly at: Sample | null;
}

/** How exact f or f' is, as one kernel computes it. */
export interface FormResult {
  /** Largest error in ulp within |x| <= 10; of f' outside the zones around its zeros. */
  readonly ulp: Worst;
  /** Largest distance from the true value's float32 in float32 steps, within |x| <= 10: what WebNN's bounds count. */
  readonly steps: number;
  /** Of f' in these zones: the largest absolute error. Null where there are none. */
  readonly nearZero: Worst | null;
  /** Largest absolute error within |x| <= 10. */
  readonly absolute: Worst;
  /** Evaluations over all of float32 that are NaN or infinite and should not be. */
  readonly broken: { readonly count: number; /** The one nearest to 0. */ readonly first: Sample | null };
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

/** What was found of one activation. */
export interface CaseResult {
  /** "celu alpha=0.5" */
  readonly id: string;
  readonly activation: string;
  readonly params: Readonly<Record<string, number>>;
  /** What backward reads. */
  readonly saves: "x" | "y";
  readonly goals: { readonly forward: number; readonly slope: number; readonly nearZero: number };
  /** Where terms cancel, errors are in ulp of their size: the record's condition. */
  readonly scaled?: true;
  /** Backward is another function than the derivative on purpose; `slope` compares the kernel with that. */
  readonly surrogate?: true;
  /** WebNN's bound on the steps of f; null where WebNN has no such function. */
  readonly webnn: number | null;
  readonly ours: Forms;
  /** As one would first write it, with WGSL's built-ins; null where that is what we have. */
  readonly textbook: Forms | null;
  /** What misses its goal, in words; empty when all is well. */
  readonly missed: readonly string[];
}

export interface CertificateResult {
  readonly format: typeof FORMAT;
  /** False when it was stopped: then it holds the cases done until then. */
  readonly complete: boolean;
  /** ISO 8601, when it began. */
  readonly date: string;
  readonly host: string;
  readonly adapter: AdapterInfo;
  readonly quick: boolean;
  /** Evaluations of each function: within |x| <= 10, and over all of float32. */
  readonly points: { readonly core: number; readonly whole: number };
  /** Largest error of x / y in ulp; above 1/2 quotients are not correctly rounded, and goals are 2.5 ulp wider. */
  readonly divisionUlp: number;
  /** Cases that were asked for. */
  readonly total: number;
  readonly cases: readonly CaseResult[];
  readonly seconds: number;
}

/** How the goal of f' is met near its zeros: 1 is all that is allowed. */
export const shareOfNearZero = ({ goals, ours }: CaseResult): number | undefined =>
  ours.slope.nearZero === null ? undefined : ours.slope.nearZero.error / goals.nearZero;
