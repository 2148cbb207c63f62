import { describe, expect, test } from "vitest";
import { defineCommand, formatHelp, parseCommandLine, type Command } from "../../src/app/cli/command.ts";

const command = defineCommand({
  name: "train",
  summary: "Trains a network.",
  options: {
    activation: { type: "string", choices: ["relu", "gelu"], default: "relu", help: "between the layers" },
    layers: { type: "numbers", default: [128, 64], min: 1, help: "hidden sizes" },
    tags: { type: "strings", help: "any words" },
    lr: { type: "number", default: 0.001, help: "learning rate" },
    epochs: { type: "integer", min: 1, max: 100, default: 5, help: "passes over the data" },
    json: { type: "string", value: "FILE", help: "write the result" },
    trace: { type: "boolean", help: "print the plan" },
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
    expect(error).toMatchObject({ code: "usage" });
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
      json: undefined,
      trace: true,
      help: false,
    });
    expect(parse("--lr -1 --epochs 2 --epochs 3")).toMatchObject({ lr: -1, epochs: 3 });
  });

  test("names what it does not understand", () => {
    expect(fault("--activatoin relu")).toBe("unknown option --activatoin; did you mean --activation?");
    expect(fault("--constructor x")).toContain("unknown option --constructor");
    expect(fault("--activation rel")).toBe(
      '--activation: expected one of relu, gelu, got "rel"; did you mean relu?',
    );
    expect(fault("--epochs")).toBe("--epochs: expected N, got nothing");
    expect(fault("--json --trace")).toBe("--json: expected FILE, got nothing");
    expect(fault("--epochs 1.5")).toBe('--epochs: expected a whole number, got "1.5"');
    expect(fault("--epochs 0")).toBe('--epochs: expected at least 1, got "0"');
    expect(fault("--epochs 101")).toBe('--epochs: expected at most 100, got "101"');
    expect(fault("--layers 12,,3")).toBe('--layers: expected a number, got "12,,3"');
    expect(fault("--trace=yes")).toBe('--trace: expected no value, got "yes"');
    expect(fault("mnist")).toBe('train takes no "mnist"; see actigrad train --help');
  });

  test("help lists the whole table", () => {
    expect(formatHelp(command).join("\n")).toMatchInlineSnapshot(`
      "actigrad train [options]
      Trains a network.

        --activation relu|gelu  between the layers [relu]
        --layers N,N,...        hidden sizes [128,64]
        --tags NAME,...         any words
        --lr NUMBER             learning rate [0.001]
        --epochs N              passes over the data [5]
        --json FILE             write the result
        --trace                 print the plan
        --help                  print this

      actigrad train --layers 32"
    `);
  });
});
