/** The command line: finds the command, runs it, turns errors into messages and exit codes. */
import { isatty } from "node:tty";
import { version } from "../../../package.json";
import { ActigradError, nearest } from "../../core/errors.ts";
import { formatHelp, parseCommandLine, type Command, type Shell } from "./command.ts";
import { commands } from "./commands/index.ts";
import { describe } from "./failure.ts";
import { reasonOf } from "../../host/files.ts";
import { lockFiles } from "../../host/lock.ts";
import { createHost, keepHost } from "../../host/host.ts";
import type { Pages } from "../../host/pages.ts";
import { Terminal } from "./terminal.ts";

const interrupted = 130;

/** @returns the exit code: 0 ok, 1 failed, 2 wrong usage, 3 no GPU, 130 interrupted */
export async function main(
  argv: readonly string[],
  pages: Pages,
  labFolder: string,
  openComparison?: Shell["openComparison"],
): Promise<number> {
  const terminal = new Terminal();
  const signal = onInterrupt(() => terminal.say("stopping; again to stop at once"));
  try {
    const jobs = async () => (await import("../jobs/index.ts")).jobs;
    const host = createHost(pages, jobs);
    const runJob: Shell["runJob"] = (name, options, how) => {
      terminal.progress(how?.target === "node" ? "starting Dawn" : "starting Chrome");
      return host(name, options, how);
    };
    const shell = {
      terminal,
      signal,
      runJob,
      keepHost: () => keepHost(pages, jobs),
      openComparison,
      labFolder,
    };
    const code = await dispatch(argv, shell);
    const fault = await terminal.printed();
    if (fault !== undefined)
      throw new ActigradError("file", `cannot write to standard output: ${reasonOf(fault)}`, {
        cause: fault,
      });
    return signal.aborted ? interrupted : code;
  } catch (error) {
    const { message, code } = describe(error);
    terminal.say(`${terminal.styleError("red", "actigrad:")} ${message}`);
    return signal.aborted ? interrupted : code;
  }
}

async function dispatch([name, ...rest]: readonly string[], shell: Shell): Promise<number> {
  const { terminal } = shell;
  const print = (lines: readonly string[]): void => {
    for (const line of lines) terminal.print(line);
  };
  if (name === "--version") {
    terminal.print(version);
    return 0;
  }
  if (name === undefined || ((name === "--help" || name === "-h" || name === "help") && rest.length === 0)) {
    printOverview(terminal);
    return name === undefined ? 2 : 0;
  }
  if (name === "help") {
    print(formatHelp(findCommand(rest[0]!), terminal.columns));
    return 0;
  }
  const command = findCommand(name);
  const { options, positionals, help } = parseCommandLine(command, rest);
  if (help) {
    print(formatHelp(command, terminal.columns));
    return 0;
  }
  const written = Object.entries(command.options).flatMap(([name, option]) => {
    const path = options[name];
    return option.kind === "word" && option.writes === true && typeof path === "string" ? [path] : [];
  });
  const release = await lockFiles(written);
  try {
    return await command.run({ options, positionals }, shell);
  } finally {
    release();
  }
}

function printOverview(terminal: Terminal): void {
  terminal.print("actigrad COMMAND [options]");
  terminal.print();
  terminal.table(commands.map(({ name, summary }) => [`  ${name}`, summary]));
  terminal.print();
  terminal.tell("actigrad COMMAND --help lists its options; actigrad --version prints the version.");
}

function findCommand(name: string): Command {
  const command = commands.find((command) => command.name === name);
  if (command !== undefined) return command;
  const names = commands.map(({ name }) => name);
  const near = nearest(name, names);
  throw new ActigradError("usage", `unknown command "${name}"`, {
    hint: near === undefined ? `commands are ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

/**
 * A signal that Ctrl-C (or SIGTERM, or closing the terminal) aborts. A second Ctrl-C ends the process; puppeteer's exit hook ends
 * the browser with it. npm forwards a terminal's Ctrl-C to a process that has already received it, hence the half second.
 */
function onInterrupt(tell: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (first === 0) {
      first = performance.now();
      tell();
      controller.abort();
    } else if (performance.now() - first > 500) {
      process.exit(interrupted);
    }
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  // Without a terminal, as under nohup, it keeps running when one is closed. (Node forgets that nohup had the signal ignored.)
  process.on("SIGHUP", [0, 1, 2].some((stream) => isatty(stream)) ? interrupt : () => undefined);
  return controller.signal;
}
