/** The command line, built once for all tests: from its sources it takes six times as long to start. */
import { inject } from "vitest";

export const cli = inject("cli");
