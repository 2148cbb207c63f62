import { record } from "../record.ts";

/** min(max(x, 0), 6), with derivative 0 at both edges. Krizhevsky 2010. */
export const relu6 = record({
  name: "relu6",
  formula: "min(max(x, 0), 6)",
  source: "Krizhevsky 2010: Convolutional deep belief networks on CIFAR-10",
  saves: "y",
  wgsl: {
    f: "select(select(x, T(6.0), x > T(6.0)), T(0.0), x < T(0.0))",
    dfdx: "select(T(0.0), T(1.0), is_positive_(y) & (y < T(6.0)))",
  },
  derivative: "where(x > 0, where(x < 6, 1, 0), 0)",
  f: (x) => (x > 6 ? 6 : x < 0 ? 0 : x),
  dfdx: (x) => (x > 0 && x < 6 ? 1 : 0),
  kinks: () => [0, 6],
});
