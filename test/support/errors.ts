import { ActigradError } from "../../src/core/errors.ts";

/** The typed error that `run` throws, as `code: message`; any other error is a fault of the engine. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ActigradError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}
