/** Every command that README and docs show is one that the command line takes: names, options and values. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCommandLine } from "../../src/app/cli/command.ts";
import { commands } from "../../src/app/cli/commands/index.ts";
import { scripts } from "../../package.json";

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** The words of a line of shell, quotes taken off: one list a command. */
function commandsOf(line: string): string[][] {
  const found: string[][] = [[]];
  for (const [word] of line.matchAll(/"[^"]*"|'[^']*'|&&|\||#.*|[^\s"']+(?:"[^"]*")?/g)) {
    if (word.startsWith("#")) break;
    if (word === "&&" || word === "|") found.push([]);
    else found.at(-1)!.push(word.replaceAll(/["']/g, ""));
  }
  return found.filter((words) => words.length > 0);
}

const shown = pages.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .flatMap(commandsOf)
      .map((words) => ({ page, words, line: words.join(" ") })),
  ),
);

const names = commands.map(({ name }) => name);
const ours = shown.flatMap(({ page, words, line }) => {
  const [first, second, name = ""] = words;
  const rest = words.slice(words[3] === "--" ? 4 : 3);
  const isOurs = (first === "npx" && second === "actigrad") || (first === "npm" && names.includes(name));
  return isOurs ? [{ page, line, name, rest }] : [];
});

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
