/** Every command that README and docs show is one that the command line takes: names, options and values. */
import { expect, test } from "vitest";
import { parseCommandLine } from "../../src/app/cli/command.ts";
import { commands } from "../../src/app/cli/commands/index.ts";
import { scripts } from "../../package.json";
import { commandsOf, ours, shown } from "../doc-commands.ts";

test.each(ours)("$page: $line", ({ name, rest }) => {
  const command = commands.find((one) => one.name === name);
  expect(command, `a command ${name}`).toBeDefined();
  parseCommandLine(command!, rest, () => "{}");
});

test("the scripts that pages name are there", () => {
  const named = shown.flatMap(({ words: [npm, run, name] }) =>
    npm === "npm" && run === "run" ? [name!] : [],
  );
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(ours.length).toBeGreaterThan(30);
});

test("a line of shell is read as a shell reads it", () => {
  expect(commandsOf(`npm run a -- --x "b c" && npm run d   # e "f"`)).toEqual([
    ["npm", "run", "a", "--", "--x", "b c"],
    ["npm", "run", "d"],
  ]);
});
