/** The command line, built once for all tests: starting it from source takes six times as long. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { inject } from "vitest";

export const cli = inject("cli");

/** Runs the command line on its own terminal (Linux), where each progress event is printed; returns Node's pid once it runs. */
export function onTerminal(args: readonly string[]): {
  child: ChildProcessWithoutNullStreams;
  pid(): number;
} {
  const child = spawn("script", ["-qec", `exec ${[process.execPath, cli, ...args].join(" ")}`, "/dev/null"]);
  const pid = (): number =>
    Number(execFileSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" }));
  return { child, pid };
}
