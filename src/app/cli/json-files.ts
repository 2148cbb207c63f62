/**
 * What each command writes with --json. `npm run schema` makes docs/schema from these types, and commands write only through
 * `writeJsonFile`, so the schemas are true.
 */
import type { BenchResult } from "../../../bench/result.ts";
import type { CertificateResult } from "../../check/certificate/result.ts";
import type { CaseResult } from "../../check/oracle/index.ts";
import { type JsonStyle, toJson, toJsonText } from "../../core/json.ts";
import type { ExperimentsFile } from "../../experiments/result.ts";
import { writeAtomic } from "../../host/files.ts";
import type { CompareResult } from "../compare/result.ts";
import type { CompareOptions } from "../jobs/compare-options.ts";
import type { DoctorResult } from "../jobs/doctor.ts";
import type { PredictOptions, PredictResult } from "../jobs/predict.ts";
import type { MatchFile, SearchResult } from "../search/result.ts";
import type { SweepResult } from "../sweep/result.ts";
import type { TrainOptions } from "../jobs/train-options.ts";
import type { TextOptions } from "../jobs/text-options.ts";
import type { TextResult } from "../jobs/train-text.ts";
import type { TrainResult } from "../jobs/train-result.ts";
import type { VerifyReport } from "../jobs/verify.ts";

/** A training: its options, losses, evaluations, costs. */
export interface TrainFile extends TrainResult {
  readonly format: "actigrad-train-1";
  readonly options: TrainOptions;
}

/** A training of a language model. */
export interface TextFile extends TextResult {
  readonly format: "actigrad-text-1";
  readonly options: TextOptions;
}

/** Every row's prediction. */
export interface PredictFile extends PredictResult {
  readonly format: "actigrad-predict-2";
  readonly options: PredictOptions;
}

/** A comparison of activations: a contest with one task. */
export interface CompareFile extends CompareResult {
  readonly format: "actigrad-compare-2";
  readonly options: CompareOptions;
}

/** The list of activations. */
export interface ActivationsFile {
  readonly activations: readonly ActivationEntry[];
}

/** An activation for people and programs. */
export interface ActivationEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly formula: string;
  readonly options: readonly string[];
  readonly source: string;
}

/** The result of checking the engine with reference data. */
export interface VerifyFile extends Omit<VerifyReport, "total" | "seconds" | "cases"> {
  readonly cases: readonly Omit<CaseResult, "subject" | "excess">[];
}

/** Kernels that differ from those of an earlier folder. */
export interface KernelsFile {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * By command name; "certificate" is for verify --certificate, "text" for train with a language model, "sweep" for results.json in
 * its folder.
 */
export interface JsonFiles {
  readonly train: TrainFile;
  readonly text: TextFile;
  readonly predict: PredictFile;
  readonly compare: CompareFile;
  readonly bench: BenchResult;
  readonly experiment: ExperimentsFile;
  readonly sweep: SweepResult;
  readonly search: SearchResult;
  readonly match: MatchFile;
  readonly activations: ActivationsFile;
  readonly verify: VerifyFile;
  readonly certificate: CertificateResult;
  readonly kernels: KernelsFile;
  readonly doctor: DoctorResult;
}

/**
 * Writes a command's file atomically; does nothing without a path.
 * @param style if given, each array of numbers is on one line
 * @throws ActigradError "file"
 */
export async function writeJsonFile<N extends keyof JsonFiles>(
  _command: N,
  path: string | undefined,
  value: JsonFiles[N],
  style?: JsonStyle,
): Promise<void> {
  if (path === undefined) return;
  await writeAtomic(
    path,
    style === undefined ? `${toJson(value, { indent: 2 })}\n` : toJsonText(value, style),
  );
}
