import { record } from "../record.ts";

/** x relu6(x + 3) / 6, with derivative -1/2 at -3 and 1 at 3. Howard et al. 2019. */
export const hardswish = record({
  name: "hardswish",
  formula: "x · min(max(x + 3, 0), 6) / 6",
  source: "Howard et al. 2019: Searching for MobileNetV3",
  saves: "x",
  wgsl: {
    f: "select(select((x + 3.0) * 0.16666667, T(1.0), x >= T(3.0)), T(0.0), x <= T(-3.0)) * x",
    dfdx: "select(select((x + 1.5) * 0.33333333, T(1.0), x >= T(3.0)), T(0.0), x < T(-3.0))",
  },
  derivative: "where(x < -3, 0, where(x < 3, x / 3 + 0.5, 1))",
  f: (x) => (x >= 3 ? x : x <= -3 ? 0 : (x * (x + 3)) / 6),
  dfdx: (x) => (x >= 3 ? 1 : x < -3 ? 0 : (2 * x + 3) / 6),
  kinks: () => [-3, 3],
});
