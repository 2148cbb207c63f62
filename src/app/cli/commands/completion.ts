import { ActigradError } from "../../../core/errors.ts";
import { type Command, defineCommand } from "../command.ts";
import { type ShellName, completionScript, shells } from "../completion.ts";

/** @param commands to complete: the other commands, and this one */
export const completion = (commands: () => readonly Command[]): Command =>
  defineCommand({
    name: "completion",
    summary: "Prints a script that completes commands and options in bash, zsh or fish.",
    options: {},
    positionals: shells.join("|"),
    notes: [
      "Put one of these into your shell's start file:",
      '  eval "$(npx actigrad completion bash)"',
      "  npx actigrad completion fish | source",
    ],
    async run({ positionals }, { terminal }) {
      const shell = shells.find((name) => name === positionals[0]);
      if (shell === undefined || positionals.length !== 1) {
        throw new ActigradError("usage", `expected one shell, got ${positionals.join(" ") || "none"}`, {
          hint: `one of: ${shells.join(", ")}`,
        });
      }
      terminal.print(completionScript(shell satisfies ShellName, commands()));
      return 0;
    },
  });
