/** The repository's own scripts as data: options, --help and errors work as on the command line. */
import { type CommandLine, formatHelp, parseCommandLine } from "../../src/app/cli/command.ts";
import { describe } from "../../src/app/cli/failure.ts";
import type { OptionTable, OptionValues } from "../../src/core/options.ts";
import type { Pages } from "../../src/host/pages.ts";

export interface Script<O extends OptionTable = OptionTable> extends CommandLine<O> {
  /** Default: `npm run NAME --`. */
  readonly start?: string;
  /** Returns the exit code, 0 if nothing. */
  run(
    args: { options: OptionValues<O>; positionals: readonly string[] },
    serve: Pages["serve"],
  ): Promise<number | void> | number | void;
}

/** A failure that is reported without a stack; exit code 1. */
export class Failed extends Error {}

/** A script whose `run` knows the types of its options. */
export const defineScript = <const O extends OptionTable>(script: Script<O>): Script =>
  // `run` takes the values of this same table, which parseCommandLine makes.
  script as unknown as Script;

/** @returns the exit code: 0 ok, 1 failed, 2 wrong usage, 3 no GPU */
export async function runScript(
  script: Script,
  argv: readonly string[],
  serve: Pages["serve"],
): Promise<number> {
  const line = { start: `npm run ${script.name} --`, ...script };
  try {
    const { help, ...args } = parseCommandLine(line, argv);
    if (!help) return (await script.run(args, serve)) ?? 0;
    process.stdout.write(`${formatHelp(line, process.stdout.columns).join("\n")}\n`);
    return 0;
  } catch (error) {
    const { message, code } = error instanceof Failed ? { message: error.message, code: 1 } : describe(error);
    process.stderr.write(`${script.name}: ${message}\n`);
    return code;
  }
}
