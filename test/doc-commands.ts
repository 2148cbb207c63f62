/** The commands that README and docs show. */
import { readFileSync } from "node:fs";
import { commands } from "../src/app/cli/commands/index.ts";
import { pages } from "./doc-examples.ts";

/** The words of a line of shell, quotes taken off: one list a command. */
export function commandsOf(line: string): string[][] {
  const found: string[][] = [[]];
  for (const [word] of line.matchAll(/"[^"]*"|'[^']*'|&&|\||#.*|[^\s"']+(?:"[^"]*")?/g)) {
    if (word.startsWith("#")) break;
    if (word === "&&" || word === "|") found.push([]);
    else found.at(-1)!.push(word.replaceAll(/["']/g, ""));
  }
  return found.filter((words) => words.length > 0);
}

/** All of them, in the order of the pages. */
export const shown = pages.flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .flatMap(commandsOf)
      .map((words) => ({ page, words, line: words.join(" ") })),
  ),
);

const names = commands.map(({ name }) => name);

/** The command line's own: `npm run NAME -- ...` or `npx actigrad NAME ...`. */
export const ours = shown.flatMap(({ page, words, line }) => {
  const [first, second, name = ""] = words;
  const rest = words.slice(words[3] === "--" ? 4 : 3);
  const isOurs = (first === "npx" && second === "actigrad") || (first === "npm" && names.includes(name));
  return isOurs ? [{ page, line, name, rest }] : [];
});
