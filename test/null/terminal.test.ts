import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { formatSeconds, formatTable, formatTimeLeft, Terminal } from "../../src/app/cli/terminal.ts";

/** A stream that records, as a terminal or not. */
function stream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const through = new PassThrough({ encoding: "utf8" });
  const stream = Object.assign(through, { isTTY, columns: 20 }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String(through.read() ?? "") };
}

test("a progress line is rewritten in place on a terminal, cut to its width before its end, and cleared for other lines", () => {
  const [out, err] = [stream(true), stream(true)];
  const terminal = new Terminal(out.stream, err.stream);
  terminal.progress("step 1");
  terminal.progress("step 2, which is longer than the terminal is wide");
  terminal.progress("step 3, which is longer too", "12 s left");
  terminal.print("done");
  const lines = ["step 1", "step 2, which is l…", "step 3, … 12 s left", ""];
  expect(err.text()).toBe(lines.map((line) => `\r\u001b[2K${line}`).join(""));
  expect(out.text()).toBe("done\n");
});

test("elsewhere a line of progress comes every few seconds, and no colour", () => {
  const [out, err] = [stream(false), stream(false)];
  const terminal = new Terminal(out.stream, err.stream);
  for (let step = 0; step < 5; step++) terminal.progress(`step ${step}`);
  expect(err.text()).toBe("step 0\n");
  expect(terminal.style("red", "loss")).toBe("loss");
});

test("columns are aligned, numbers to the right, whatever their colour", () => {
  const rows = [
    ["name", "loss", ""],
    ["relu", "\u001b[32m0.25\u001b[39m", "yes"],
    ["leaky_relu", "10.5", "no"],
  ];
  expect(formatTable(rows)).toEqual([
    "name        loss",
    "relu        \u001b[32m0.25\u001b[39m  yes",
    "leaky_relu  10.5  no",
  ]);
});

describe("time", () => {
  test.each([
    [0.04, "0.0 s"],
    [9.96, "10 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [7620, "2 h 07 min"],
  ])("%d seconds are %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  test("left is what the rest takes at the same pace", () => {
    expect(formatTimeLeft(0, 5)).toBe("");
    expect(formatTimeLeft(0.25, 10)).toBe("30 s left");
  });
});

test("a table that is too wide moves together, then its last column of text is broken", () => {
  const rows = [
    ["name", "n", "what it says"],
    ["one", "1", "words that go on and on until there is no room"],
  ];
  expect(formatTable(rows, 30)).toEqual([
    "name n what it says",
    "one  1 words that go on and on",
    "       until there is no room",
  ]);
  expect(formatTable(rows, 20)[1]).toBe("one  1 words that go on and on until there is no room"); // no room to break in
});

test("columns of numbers for which there is no room go to a table below, behind the names of the rows", () => {
  const rows = [
    ["", "name", "first", "second", "third"],
    ["1*", "relu", "10.25", "[1, 2]", "3"],
    ["2 ", "gelu", "9.5", "[10, 20]", "4"],
  ];
  expect(formatTable(rows, 22)).toEqual([
    "   name first second",
    "1* relu 10.25 [1, 2]",
    "2  gelu   9.5 [10, 20]",
    "",
    "    name  third",
    "1*  relu      3",
    "2   gelu      4",
  ]);
  expect(formatTable(rows, 12)[1]).toBe("1* relu 10.25 [1, 2]       3"); // not even one fits
});
