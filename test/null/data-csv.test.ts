import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ActigradError } from "../../src/core/errors.ts";
import { parseCsv, type Delimiter } from "../../src/data/formats/csv.ts";
import { tableDataset, type TableOptions } from "../../src/data/formats/table.ts";

const read = (text: string, options?: TableOptions) =>
  tableDataset(new TextEncoder().encode(text), "t.csv", options).dataset;
const fields = (text: string, delimiter: Delimiter = ",") =>
  parseCsv(text, delimiter, "t").map((record) => record.fields);

describe("parseCsv", () => {
  test.each([
    [
      "a,b\r\n1,2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["a\rb", [["a"], ["b"]]],
    [
      "a,,\n,b,",
      [
        ["a", "", ""],
        ["", "b", ""],
      ],
    ],
    ["a,", [["a", ""]]],
    ['"a,b","c\n""d"""', [["a,b", 'c\n"d"']]],
    ['"",x', [["", "x"]]],
    [
      "\n\na,b\n\n\nc,d\n\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["", []],
    [" a , b ", [[" a ", " b "]]],
  ])("%j", (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  test("lines are counted through quoted line breaks and empty lines", () => {
    const records = parseCsv('a\n\n"b\r\nc"\r\nd', ",", "t");
    expect(records.map((record) => record.line)).toEqual([1, 3, 5]);
  });

  test.each([
    ['a\n"b\nc', 't:2: expected a closing ", got the end of the file'],
    ['"a"b', 't:1: expected a delimiter or a line end after a closing ", got "b"'],
    ['a\n\nb"c', 't:3: expected quotes around the whole field, got a " in its middle'],
  ])("%j is a typed error", (text, message) => {
    expect(() => fields(text)).toThrow(ActigradError);
    expect(() => fields(text)).toThrow(message);
  });

  test("any table, quoted or not, is read back", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "1", " ", ",", ";", "\t", '"', "\n", "\r", "é"),
      maxLength: 5,
    });
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(row),
        fc.constantFrom<Delimiter>(",", ";", "\t"),
        fc.boolean(),
        (table, delimiter, all) => {
          const quote = (text: string) =>
            all || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          const text = table.map((row) => row.map(quote).join(delimiter)).join("\r\n");
          expect(fields(text, delimiter)).toEqual(table);
        },
      ),
    );
  });
});

describe("tableDataset", () => {
  test("a header, text classes in order of their names, the last column as label", () => {
    expect(read("width,height,species\n1,2,cat\n3.5,-4e1,ant\n+.5,6.,cat\n")).toEqual({
      name: "t.csv",
      kind: "classes",
      rows: 3,
      shape: [2],
      features: ["width", "height"],
      target: "species",
      x: Float64Array.of(1, 2, 3.5, -40, 0.5, 6),
      labels: Uint32Array.of(1, 0, 1),
      classes: 2,
      classNames: ["ant", "cat"],
    });
  });

  test("a byte order mark, quotes, a semicolon, spaces around numbers", () => {
    const set = read('\ufeff"a";"b"\r\n"1"; 2 \r\n3;4\r\n');
    expect(set).toMatchObject({ features: ["a"], x: Float64Array.of(1, 3), classNames: ["2", "4"] });
  });

  test("numeric classes are sorted as numbers, 1 and 1.0 are one", () => {
    expect(read("0.5,10\n1,9\n2,10.0\n")).toMatchObject({
      labels: Uint32Array.of(1, 0, 1),
      classNames: ["9", "10"],
    });
  });

  test("fractions, and many different whole numbers, are values", () => {
    expect(read("1,0.5\n2,1\n")).toMatchObject({
      kind: "values",
      width: 1,
      targets: Float64Array.of(0.5, 1),
    });
    const whole = (rows: number, different: number): string =>
      Array.from({ length: rows }, (_, i) => `1,${i % different}`).join("\n");
    const many = whole(514, 257);
    expect(read(many).kind).toBe("values");
    expect(read(whole(512, 256)).kind).toBe("classes");
    expect(read(whole(10, 10)).kind).toBe("classes");
    expect(read(whole(22, 11)).kind).toBe("classes");
    expect(read(whole(21, 11)).kind).toBe("values");
    expect(read(many, { task: "classes" })).toMatchObject({ kind: "classes", classes: 257 });
    expect(read("1,0\n2,1\n", { task: "values" }).kind).toBe("values");
  });

  test.each([
    ["a,b\nc,1\n", { label: 1 }, ["b"]],
    ["a,b\n1,x\n", { label: "b" }, ["a"]],
    ["a,b\n1,x\n", { label: -1 }, ["a"]],
  ] as [string, TableOptions, string[]][])("%j with %j has the features %j", (text, options, features) => {
    expect(read(text, options).features).toEqual(features);
  });

  test.each([
    ["all text", "a,b\n1,x\n", true],
    ["numbers as names above numbers", "0,1,label\n5,6,2\n", true],
    ["numbers from the first line", "5,6,2\n7,8,1\n", false],
    ["text classes from the first line", "5,6,x\n7,8,y\n", false],
    ["a nameless index column", ",a,b\n0,1,2\n", true],
  ])("%s: header found or not", (_, text, header) => {
    expect(read(text).rows).toBe(header ? 1 : 2);
  });

  test("the header can be told", () => {
    expect(read("1,2\n3,4\n", { header: true })).toMatchObject({ rows: 1, features: ["1"] });
    expect(() => read("a,b\n3,4\n", { header: false })).toThrow(
      "t.csv:1: column 1: expected a finite float32",
    );
  });

  test("the delimiter is the one that makes even records", () => {
    expect(read('"a;b"\t"c,d"\n1\tx\n')).toMatchObject({ features: ["a;b"], classNames: ["x"] });
    expect(read("1;0\n2;1\n", { delimiter: ";" }).rows).toBe(2);
    expect(() => read("1;0\n2;1\n", { delimiter: "," })).toThrow("got 1 column");
  });

  test.each([
    ["an empty file", "", "expected a table, got no records"],
    ["one column", "a\n1\n", "expected a feature and a label column, got 1 column"],
    ["only a header", "a,b\n", "expected rows below the header"],
    ["a ragged row", "a,b,c\n1,2,3\n4,5\n", "t.csv:3: expected 3 fields, got 2"],
    [
      "a missing value",
      "a,b,c\n1,2,x\n1,,x\n",
      "t.csv:3: column 2 (b): expected a value, got an empty field",
    ],
    ["NA", "a,b,c\n1,NA,x\n", 't.csv:2: column 2 (b): expected a value, got "NA"'],
    ["a missing label", "a,b\n1,x\n2,?\n", 't.csv:3: column 2 (b): expected a value, got "?"'],
    [
      "text as a feature",
      "a,b\n1,x\nred,y\n",
      't.csv:3: column 1 (a): expected a finite float32 number, got "red"; features are numbers',
    ],
    ["a decimal comma", 'a,b\n"1,5",x\n', 'got "1,5"; decimal=comma reads it as a number'],
    ["both decimal signs", "a;b;c\n1,5;2.5;x\n", 'got "1,5"; decimal=comma reads it as a number'],
    ["hexadecimal", "a,b\n0x10,x\n1,y\n", 'got "0x10"'],
    ["infinity", "a,b\n1,x\nInfinity,y\n", 'got "Infinity"'],
    ["beyond float32", "a,b\n1,x\n1e39,y\n", 'got "1e39"'],
  ])("%s is a typed error", (_, text, message) => {
    expect(() => read(text)).toThrow(ActigradError);
    expect(() => read(text)).toThrow(message);
  });

  test("bytes that are not UTF-8 are a typed error", () => {
    const latin = Uint8Array.of(0x61, 0x2c, 0xe9, 0x0a);
    expect(() => tableDataset(latin, "t.csv")).toThrow("t.csv: expected text in UTF-8");
    expect(() => tableDataset(latin, "t.csv")).toThrow(ActigradError);
  });

  test("a label column that is not there", () => {
    expect(() => read("length,species\n1,x\n", { label: "specis" })).toThrow('did you mean "species"?');
    expect(() => read("a,b\n1,x\n", { label: 3 })).toThrow(
      "expected a label column from 1 to 2, or from -1 to -2, got 3",
    );
    expect(() => read("a,b\n1,x\n", { label: -3 })).toThrow(ActigradError);
    expect(() => read("a,b\n1,x\n", { label: 0 })).toThrow(ActigradError);
    expect(() => read("a,b\n1,x\n", { label: 0.5 })).toThrow(ActigradError);
  });

  test("any text is read or refused, never anything else", () => {
    const unit = fc.constantFrom(
      "a",
      "1",
      ".",
      "-",
      ",",
      ";",
      "\t",
      '"',
      "\n",
      "\r",
      " ",
      "e",
      "é",
      "\u0000",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        try {
          expect(read(text).rows).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof ActigradError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
