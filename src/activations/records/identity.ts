import { record } from "../record.ts";

/** x itself: no activation. */
export const identity = record({
  name: "identity",
  aliases: ["linear", "none"],
  formula: "x",
  saves: "y",
  wgsl: { f: "x", dfdx: "T(1.0)" },
  derivative: "1",
  f: (x) => x,
  dfdx: () => 1,
  init: "glorot",
  gain: () => 1,
});
