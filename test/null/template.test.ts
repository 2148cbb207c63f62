import { expect, test } from "vitest";
import { expandTemplate } from "../../src/compile/kernels/template.ts";

test("a part stands in each place that includes it, with the values and loops of that place", () => {
  const file = ["start", "//#for i in N", "//#include part", "//#end", "end"].join("\n");
  const part = ["//#if odd", "odd $i", "//#else", "part ${i * 2}", "//#end", ""].join("\n");
  const lines = ["start", "part 0", "part 2", "end"];
  expect(expandTemplate({ file, parts: { part } }, { N: 2 })).toBe(lines.join("\n"));
});

test("a part that drops out is not asked for", () => {
  const file = ["//#if wanted", "//#include part", "//#end", "end"].join("\n");
  expect(expandTemplate({ file }, { wanted: false })).toBe("end");
  expect(() => expandTemplate({ file }, { wanted: true })).toThrow('no part is named "part"');
});

test("what cannot be expanded is refused with the line or the name", () => {
  expect(() => expandTemplate({ file: "//#for i in 2" }, {})).toThrow('"//#for i in 2" has no //#end');
  expect(() => expandTemplate({ file: "${N + 1}" }, {})).toThrow('"N" in "N + 1" is not a number');
});
