import { expect, test } from "vitest";
import { type Command, parseCommandLine } from "../../src/app/cli/command.ts";
import { bench } from "../../src/app/cli/commands/bench.ts";
import { compare } from "../../src/app/cli/commands/compare.ts";
import { train } from "../../src/app/cli/commands/train.ts";
import { type Link, defaultView, readLink, writeLink } from "../../src/app/lab/link.ts";
import { type ContestChoice, contestCommand, usualChoice } from "../../src/app/lab/contest-choice.ts";
import { type Setup, checkSetup, commandLine, defaultSetup, sameSetup } from "../../src/app/lab/setup.ts";

const setup: Setup = {
  ...defaultSetup(true),
  hidden: [6, 5],
  norm: "batch",
  activations: ["relu", "max(x, 0.1 * x)"],
  lr: [0.003, 0.01],
  seed: 7,
};
const contest: ContestChoice = { tasks: ["own", "deep"], seeds: 7, start: "same" };
const link: Link = { room: "inside", view: defaultView, focus: [0, 1], statement: "", contest, setup };

test("a link gives back what it was made of", () => {
  expect(readLink(writeLink(link), defaultSetup(true))).toEqual({ kind: "link", link });
  const usual = { ...link, contest: usualChoice };
  expect(readLink(writeLink(usual), defaultSetup(true))).toEqual({ kind: "link", link: usual });
  expect(readLink("", defaultSetup(true))).toEqual({ kind: "none" });
});

test.each([
  ["#v=1&batch=0", 'setup: batch: expected a whole number from 1 to 100000, got "0"'],
  ["#v=1&hidden=8,x", "setup: hidden: expected whole numbers from 1 to 4096"],
  ["#v=1&lr=", 'setup: lr: expected numbers from 0 to 1000 with "," between, at most 8, got ""'],
  ["#v=1&seeds=3", 'contest: seeds: expected a whole number from 5 to 32, got "3"'],
  ["#v=1&start=sme", 'did you mean "same"?'],
  ["#v=1&optimizer=adma", 'did you mean "adam"?'],
  ["#v=1&sede=3", 'unknown part of a link "sede"; did you mean "seed"?'],
  ["#v=7", "v=7"],
])("%s is refused", (hash, what) => {
  expect(readLink(hash, defaultSetup(true))).toEqual({
    kind: "bad",
    what: expect.stringContaining(what) as string,
  });
});

/** What a command takes of a line. */
function options(line: string, command: Command): unknown {
  const [start, ...words] = line.split(/ (?=--)/).flatMap((word) => word.split(/(?<=^--[a-z-]+) /));
  expect(start).toBe(`npx actigrad ${command.name}`);
  return parseCommandLine(
    command,
    words.map((word) => word.replaceAll("'", "")),
  ).options;
}

test("the command line is one line: train of one activation with its grid and seeds, compare of several", () => {
  const same = { dataset: setup.dataset, layers: [6, 5], norm: "batch", optimizer: "adam", seed: 7 };
  const one = commandLine({ ...setup, activations: ["max(x, 0.1 * x)"] });
  expect(options(one, train)).toMatchObject({
    ...same,
    activation: ["max(x, 0.1 * x)"],
    lr: [0.003, 0.01],
    replicas: 5,
  });
  expect(one).not.toContain("validation"); // the page holds the same rows back
  expect(options(commandLine(setup), compare)).toMatchObject({
    ...same,
    activations: ["relu"],
    formula: ["max(x, 0.1 * x)"],
    lr: [0.003, 0.01],
    seeds: 5,
    splits: 1,
  });
});

test("a contest's command line asks for the same contest", () => {
  const own = { ...setup, dataset: "my rows.csv" };
  expect(options(contestCommand(own, contest), bench)).toMatchObject({
    suite: ["contest"],
    activations: ["relu"],
    formula: ["max(x, 0.1 * x)"],
    tasks: ["own", "deep"],
    dataset: "my rows.csv",
    level: "S",
    seeds: [7],
    init: "same",
  });
  expect(contestCommand(own, usualChoice)).not.toContain("--dataset");
});

test("a set-up is checked whatever it comes from", () => {
  expect(sameSetup(checkSetup(JSON.parse(JSON.stringify(setup))), setup)).toBe(true);
  expect(() => checkSetup({ ...setup, hiden: [3] })).toThrow(
    'unknown option of setup "hiden"; did you mean "hidden"?',
  );
  expect(() => checkSetup({ ...setup, activations: [] })).toThrow("setup: activations: expected words");
});
