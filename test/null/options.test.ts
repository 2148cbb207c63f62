import { describe, expect, test } from "vitest";
import {
  type OptionTable,
  checkOptions,
  named,
  parseNamed,
  readOptions,
  splitOptions,
} from "../../src/core/options.ts";

describe("a text is split", () => {
  const isName = (head: string): boolean => ["mnist", "spirals"].includes(head);

  test.each([
    ["mnist", "mnist", {}],
    ["spirals:n=400,noise=0.1", "spirals", { n: "400", noise: "0.1" }],
    ["spirals: n = 400 , flag", "spirals", { n: "400", flag: undefined }],
    ["C:\\data\\x.csv", "C:\\data\\x.csv", {}],
    ["C:\\data\\x.csv:label=a:b,task=values", "C:\\data\\x.csv", { label: "a:b", task: "values" }],
    ["https://host:80/x.csv:label=-1", "https://host:80/x.csv", { label: "-1" }],
    ["x.npy,y.npy:task=classes", "x.npy,y.npy", { task: "classes" }],
    ["my:folder", "my:folder", {}],
  ])("%j where a head may be a path", (text, head, given) => {
    const split = splitOptions(text, isName);
    expect(split.head).toBe(head);
    expect(Object.fromEntries(split.given)).toEqual(given);
  });

  test("a head that must be a name ends at the first colon", () => {
    expect(splitOptions("sgd:nesterov").given).toEqual(new Map([["nesterov", undefined]]));
    expect(splitOptions("he:gain=a=b").given).toEqual(new Map([["gain", "a=b"]]));
  });

  test.each([
    ["xor:n=1,n=2", "xor: n is given twice"],
    ["xor:flag,flag=false", "xor: flag is given twice"],
    ["xor:n=1,", 'xor: expected name=value or a name, got ""'],
    ["xor:", 'xor: expected name=value or a name, got ""'],
    ["xor:2", 'xor: expected name=value or a name, got "2"'],
  ])("%j is refused", (text, message) => {
    expect(() => splitOptions(text)).toThrow(message);
  });
});

const table = {
  size: { kind: "number", min: 1, max: 9, whole: true, default: 3 },
  rate: { kind: "number", min: 0, below: 1 },
  gain: { kind: "number", or: ["auto"] },
  order: { kind: "number", choices: [1, 2] },
  widths: { kind: "numbers", min: 1, whole: true, most: 3 },
  mode: { kind: "word", choices: ["inner", "outer"] },
  label: { kind: "word", longest: 5 },
  tags: { kind: "words", choices: ["a", "b"] },
  fast: { kind: "flag" },
} as const satisfies OptionTable;
const read = (list: string): unknown => readOptions("net", table, splitOptions(`net:${list}`).given);

describe("a table of options", () => {
  test("gives typed values, with the defaults of what is absent", () => {
    expect(read("rate=0.5,gain=auto,order=2,widths=1/2/3,mode=outer,label=x,tags=a/b,fast")).toEqual({
      size: 3,
      rate: 0.5,
      gain: "auto",
      order: 2,
      widths: [1, 2, 3],
      mode: "outer",
      label: "x",
      tags: ["a", "b"],
      fast: true,
    });
    expect(read("size=4,fast=false,gain=-2")).toEqual({ size: 4, fast: false, gain: -2 });
  });

  test.each([
    ["size=0", 'net: size: expected a whole number from 1 to 9, got "0"'],
    ["size=1.5", 'net: size: expected a whole number from 1 to 9, got "1.5"'],
    ["size", "net: size: expected a whole number from 1 to 9, got nothing"],
    ["rate=1", 'net: rate: expected a number from 0 to below 1, got "1"'],
    ["rate=", 'net: rate: expected a number from 0 to below 1, got ""'],
    ["gain=Infinity", 'net: gain: expected a number or "auto", got "Infinity"'],
    ["order=3", 'net: order: expected one of 1, 2, got "3"'],
    [
      "widths=1/x",
      'net: widths: expected whole numbers of at least 1 with "/" between, at most 3, got "1/x"',
    ],
    ["widths=1/2/3/4", "at most 3"],
    ["mode=iner", 'net: mode: expected one of inner, outer, got "iner"; did you mean "inner"?'],
    ["label=longer", "expected a word of at most 5 characters"],
    ["tags=a/c", 'expected one of a, b with "/" between, got "a/c"'],
    ["fast=yes", 'net: fast: expected no value, true or false, got "yes"'],
    ["mdoe=inner", 'unknown option of net "mdoe"; did you mean "mode"?'],
    ["__proto__=1", 'unknown option of net "__proto__"'],
  ])("%j is refused", (list, message) => {
    expect(() => read(list)).toThrow(message);
  });

  test("checks values as it reads text", () => {
    expect(checkOptions("net", table, { rate: 0.5, fast: undefined })).toEqual({ size: 3, rate: 0.5 });
    expect(() => checkOptions("net", table, { rate: "0.5" })).toThrow("net: rate: expected a number");
    expect(() => checkOptions("net", table, { rate: NaN })).toThrow("got NaN");
    expect(() => checkOptions("net", table, { widths: [] })).toThrow("net: widths: expected whole numbers");
    expect(() => checkOptions("net", table, { fast: 1 })).toThrow("net: fast: expected true or false, got 1");
    expect(() => checkOptions("net", table, { sise: 1 })).toThrow('did you mean "size"?');
    expect(() => checkOptions("net", {}, { sise: 1 })).toThrow('net has no options, got "sise"');
  });

  test("a required option comes from the text or from what is usual", () => {
    const makers = { cut: named({ at: { kind: "number", required: true } }, ({ at }) => at) };
    const at = (text: string, usual = {}): unknown => parseNamed("tool", text, makers, usual).options.at;
    expect(at("cut:at=2")).toBe(2);
    expect(at("cut", { cut: { at: 7 } })).toBe(7);
    expect(() => at("cut")).toThrow("cut: at is missing: expected a number");
    expect(() => at("cot")).toThrow('unknown tool "cot"; did you mean "cut"?');
  });
});
