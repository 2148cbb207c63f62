import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { completionScript } from "../../src/app/cli/completion.ts";
import type { ActigradError } from "../../src/core/errors.ts";
import { flag } from "../../src/core/options.ts";
import { defineCommand, formatHelp, parseCommandLine, type Command } from "../../src/app/cli/command.ts";

const command = defineCommand({
  name: "train",
  summary: "Trains a network.",
  options: {
    activation: { kind: "word", choices: ["relu", "gelu"], default: "relu", doc: "between the layers" },
    layers: { kind: "numbers", default: [128, 64], min: 1, doc: "hidden sizes" },
    tags: { kind: "words", doc: "any words" },
    lr: { kind: "number", default: 0.001, doc: "learning rate" },
    epochs: { kind: "number", whole: true, min: 1, max: 100, default: 5, doc: "passes over the data" },
    clipNorm: { kind: "number", min: 0, value: "MAX", doc: "of the gradients", theme: "updates" },
    formula: { kind: "words", repeated: true, doc: "once for each" },
    json: { kind: "word", value: "FILE", doc: "write the result" },
    trace: { ...flag("print the plan"), theme: "looking inside" },
  },
  notes: ["actigrad train --layers 32"],
  run: async () => 0,
});

const parse = (line: string, of: Command = command): unknown =>
  parseCommandLine(of, line.split(" ").filter(Boolean)).options;
const fault = (line: string): string => {
  try {
    parse(line);
  } catch (error) {
    expect((error as ActigradError).code).toMatch(/^(usage|option)$/);
    return (error as Error).message;
  }
  throw new Error(`${line} was accepted`);
};

describe("a command line", () => {
  test("gives typed values, with defaults for what is absent", () => {
    expect(parse("--layers 32,16 --lr=-1e-3 --trace --tags a,b")).toEqual({
      activation: "relu",
      layers: [32, 16],
      tags: ["a", "b"],
      lr: -0.001,
      epochs: 5,
      trace: true,
    });
    expect(parse("--clip-norm 2 --formula min(x,1) --formula x")).toMatchObject({
      clipNorm: 2,
      formula: ["min(x,1)", "x"],
    });
    expect(parse("--lr -1 --epochs 2 --epochs 3")).toMatchObject({ lr: -1, epochs: 3 });
  });

  test("names what it does not understand", () => {
    expect(fault("--activatoin relu")).toBe("unknown option --activatoin; did you mean --activation?");
    expect(fault("--constructor x")).toContain("unknown option --constructor");
    expect(fault("--activation rel")).toBe(
      '--activation: expected one of relu, gelu, got "rel"; did you mean "relu"?',
    );
    expect(fault("--epochs")).toBe("--epochs: expected a whole number from 1 to 100, got nothing");
    expect(fault("--json --trace")).toBe("--json: expected FILE, got nothing");
    expect(fault("--epochs 1.5")).toBe('--epochs: expected a whole number from 1 to 100, got "1.5"');
    expect(fault("--epochs 0")).toBe('--epochs: expected a whole number from 1 to 100, got "0"');
    expect(fault("--epochs 101")).toBe('--epochs: expected a whole number from 1 to 100, got "101"');
    expect(fault("--layers 12,,3")).toBe(
      '--layers: expected numbers of at least 1 with "," between, got "12,,3"',
    );
    expect(fault("--trace=yes")).toBe('--trace: expected no value, true or false, got "yes"');
    expect(fault("--clipNorm 2")).toBe("unknown option --clipNorm; did you mean --clip-norm?");
    expect(fault("mnist")).toBe('train takes no "mnist"; see actigrad train --help');
  });

  test("help lists the whole table, common options first", () => {
    expect(formatHelp(command).join("\n")).toMatchInlineSnapshot(`
      "actigrad train [options]
      Trains a network.

        --activation relu|gelu  between the layers [relu]
        --layers N,N,...        hidden sizes [128,64]
        --tags NAME,...         any words
        --lr NUMBER             learning rate [0.001]
        --epochs N              passes over the data [5]
        --formula NAME          once for each
        --json FILE             write the result

      updates:
        --clip-norm MAX         of the gradients

      looking inside:
        --trace                 print the plan

        --config FILE           JSON of options by long names, as {"epochs": 3}; the command line wins
        --help                  print this (-h)

      actigrad train --layers 32"
    `);
  });

  test("a required option that is missing is named, and --help asks for none", () => {
    const load = defineCommand({
      name: "load",
      summary: "Loads.",
      options: { file: { kind: "word", required: true, value: "FILE", doc: "what to load" } },
      run: async () => 0,
    });
    expect(() => parseCommandLine(load, [])).toThrow("load: --file FILE is missing; what to load");
    expect(parseCommandLine(load, ["--file", "a"]).options).toEqual({ file: "a" });
    expect(parseCommandLine(load, ["--help"]).help).toBe(true);
  });
});

test("--config names a file of options, which the command line goes before", () => {
  const values = { lr: 0.5, layers: [8], "clip-norm": 2, formula: ["x", "min(x, 1)"], trace: true };
  const parseWith = (text: string, ...words: readonly string[]): unknown =>
    parseCommandLine(command, ["--config", "run.json", ...words], (path) => {
      expect(path).toBe("run.json");
      return text;
    }).options;
  expect(parseWith(JSON.stringify(values), "--lr", "0.25", "--formula", "x^2")).toEqual({
    activation: "relu",
    layers: [8],
    lr: 0.25,
    epochs: 5,
    clipNorm: 2,
    formula: ["x^2"],
    trace: true,
  });
  expect(() => parseWith('{"clipnorm": 2}')).toThrow(
    'unknown option in run.json "clipnorm"; did you mean "clip-norm"?',
  );
  expect(() => parseWith('{"config": "x"}')).toThrow('unknown option in run.json "config"');
  expect(() => parseWith('{"lr": "fast"}')).toThrow('run.json: lr: expected a number, got "fast"');
  expect(() => parseWith("{lr: 1}")).toThrow("run.json: not JSON");
  expect(() => parseWith("[1]")).toThrow("run.json: expected an object of options");
  expect(() => parseCommandLine(command, ["--config", "/nowhere.json"])).toThrow("cannot read /nowhere.json");
});

test("the option that a word without a name is for takes one, once", () => {
  const read = defineCommand({
    name: "read",
    summary: "Reads.",
    options: { file: { kind: "word", default: "a", doc: "what to read" } },
    positional: "file",
    run: async () => 0,
  });
  expect(parse("b", read)).toEqual({ file: "b" });
  expect(parse("--file b", read)).toEqual({ file: "b" });
  expect(parse("", read)).toEqual({ file: "a" });
  expect(() => parse("b c", read)).toThrow('read takes no "c"; see actigrad read --help');
  expect(() => parse("b --file c", read)).toThrow('read takes no "b" beside --file');
  expect(formatHelp(read)[0]).toBe("actigrad read [FILE] [options]");
});

test("help keeps to 100 columns, and breaks between words", () => {
  const long = defineCommand({
    ...command,
    options: {
      schedule: { kind: "word", value: "NAME:OPTION=VALUE,...", doc: "a word and a word ".repeat(12) },
    },
    notes: ["An example that is longer than a line may be. ".repeat(4)],
  });
  const lines = formatHelp(long);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  expect(
    lines
      .join(" ")
      .replaceAll(/ +/g, " ")
      .match(/a word and a word/g),
  ).toHaveLength(12);
  expect(parseCommandLine(command, ["-h"]).help).toBe(true);
});

test("the script for bash completes commands, options and choices", () => {
  const script = completionScript("bash", [command]);
  expect(script).toContain("complete -o default -F _actigrad actigrad");
  expect(completionScript("zsh", [command])).toContain("bashcompinit");
  expect(completionScript("fish", [command])).toContain("-l activation -x -a 'relu gelu'");
  if (process.platform === "win32") return; // no bash there
  const complete = (...words: string[]): string[] => {
    const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const show = 'printf "%s\\n" "${COMPREPLY[@]}"';
    const out = execFileSync("bash", ["-c", `${script}\n${set}; _actigrad; ${show}`], { encoding: "utf8" });
    return out.split("\n").filter(Boolean);
  };
  expect(complete("actigrad", "tr")).toEqual(["train"]);
  expect(complete("actigrad", "train", "--ac")).toEqual(["--activation"]);
  expect(complete("actigrad", "train", "--activation", "")).toEqual(["relu", "gelu"]);
});
