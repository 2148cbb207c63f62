import { development } from "./development.ts";

/** The kind of failure; the command line derives its exit code from it. */
export type ErrorCode =
  | "shape" // tensors that do not fit each other
  | "option" // a value outside its range, an unknown name
  | "usage" // a command line that cannot be understood
  | "data" // a dataset that is missing, empty, or does not fit the network
  | "format" // a file whose bytes are not what its format says
  | "file" // a file that cannot be read or written
  | "limit" // more than the adapter offers
  | "no-gpu" // WebGPU, or a browser to run it in, is absent
  | "device-lost" // the adapter went away in the middle
  | "kernel" // WGSL that the device rejects, or a kernel whose result is off
  | "plan" // a plan that would compute something else than its graph
  | "diverged" // a loss that is not finite
  | "formula" // a user's formula
  | "queue" // a server of jobs that does not exist or does not answer
  | "aborted" // stopped on request
  | "disposed"; // use after dispose()

/**
 * The only error type of actigrad. `message` says what was expected and what came, `hint` what to do about it, and `details` has
 * the figures for programs.
 */
export class ActigradError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    about: { hint?: string; cause?: unknown; [key: string]: unknown } = {},
  ) {
    const { hint, cause, ...details } = about;
    super(hint === undefined ? message : `${message}; ${hint}`, cause === undefined ? undefined : { cause });
    this.name = "ActigradError";
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** Edit distance, counting an insertion, deletion, replacement, or swap of two neighbours as 1. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const [above, row] = [rows[i - 1]!, [i]];
    for (let j = 1; j <= b.length; j++) {
      const replace = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(replace, swap, above[j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The candidate closest to `name` by edit distance, or undefined if none is close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(name.length / 2));
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `unknown activation "rleu"; did you mean "relu"? ...` as an error to throw. */
export function unknownName(kind: string, name: string, candidates: Iterable<string>): ActigradError {
  const all = [...candidates];
  const near = nearest(name, all);
  const hint =
    near === undefined ? `one of: ${all.join(", ")}` : `did you mean "${near}"? (${all.join(", ")})`;
  return new ActigradError("option", `unknown ${kind} "${name}"`, { hint, kind, name });
}

/** @throws ActigradError "option" for anything but an options object, and for an unknown option, with the nearest name */
export function checkOptions(what: string, given: object, known: readonly string[]): void {
  if (!development) return;
  if (typeof given !== "object" || given === null)
    throw new ActigradError("option", `${what}: expected options, got ${String(given)}`, {
      hint: `name them: { ${known[0] ?? ""}: ... }`,
    });
  for (const name of Object.keys(given))
    if (!known.includes(name)) throw unknownName(`option of ${what}`, name, known);
}
