/** What the end by an error means: the message for people, and the exit code. */
import { ActigradError, type ErrorCode } from "../../core/errors.ts";

/** Every other failure has code 1. */
const exitCodes: Partial<Record<ErrorCode, number>> = {
  usage: 2,
  option: 2,
  formula: 2,
  "no-gpu": 3,
  aborted: 130,
};

/** An error that is not ours is a bug, and its stack helps to fix it. */
export function describe(error: unknown): { readonly message: string; readonly code: number } {
  if (error instanceof ActigradError) return { message: error.message, code: exitCodes[error.code] ?? 1 };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
}
