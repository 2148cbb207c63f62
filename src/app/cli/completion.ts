/** Scripts that complete commands, options and their choices in a shell, from the table of commands. */
import type { Option } from "../../core/options.ts";
import { type Command, optionsOf } from "./command.ts";

/** Shells with a completion script. */
export const shells = ["bash", "zsh", "fish"] as const;
export type ShellName = (typeof shells)[number];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const choicesOf = (option: Option): readonly (string | number)[] | undefined =>
  "choices" in option ? option.choices : undefined;

/** A script for a shell to source. */
export function completionScript(shell: ShellName, commands: readonly Command[]): string {
  return shell === "fish" ? fishScript(commands) : bashScript(commands, shell === "zsh");
}

function bashScript(commands: readonly Command[], zsh: boolean): string {
  const words = commands.map((command) => {
    const names = optionsOf(command).map(([name]) => name);
    const choices = optionsOf(command).flatMap(([name, option]) => {
      const own = choicesOf(option);
      return own === undefined ? [] : [`      ${name}) words=${quoted(own.join(" "))} ;;`];
    });
    return [
      `    ${command.name})`,
      `      words=${quoted(names.join(" "))}`,
      ...(choices.length === 0 ? [] : [`      case "$previous" in`, ...choices, "      esac"]),
      "      ;;",
    ].join("\n");
  });
  return [
    // Without compinit in its start file, zsh has no compdef, which bashcompinit needs.
    ...(zsh
      ? [
          "(( $+functions[compdef] )) || { autoload -U compinit && compinit }",
          "autoload -U +X bashcompinit && bashcompinit",
        ]
      : []),
    "_actigrad() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words=""',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    words=${quoted([...commands.map(({ name }) => name), "help", "--version", "--help"].join(" "))}`,
    '  else case "${COMP_WORDS[1]}" in',
    ...words,
    "  esac; fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "}",
    "complete -o default -F _actigrad actigrad",
  ].join("\n");
}

function fishScript(commands: readonly Command[]): string {
  const first = commands.map(
    ({ name, summary }) => `complete -c actigrad -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
  );
  const options = commands.flatMap((command) =>
    optionsOf(command).map(([name, option]) => {
      const choices = choicesOf(option);
      const free = option.kind === "flag" ? "" : " -r";
      const value = choices === undefined ? free : ` -x -a ${quoted(choices.join(" "))}`;
      return (
        `complete -c actigrad -n '__fish_seen_subcommand_from ${command.name}' ` +
        `-l ${name.slice(2)}${value} -d ${quoted(option.doc ?? "")}`
      );
    }),
  );
  return [...first, ...options].join("\n");
}
