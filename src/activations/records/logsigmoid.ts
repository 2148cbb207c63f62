import special from "../../../shaders/special.wgsl?raw";
import { record } from "../record.ts";
import { sigmoid, softplus } from "../float64.ts";

/** ln(sigmoid(x)) = -softplus(-x). */
export const logsigmoid = record({
  name: "logsigmoid",
  aliases: ["log_sigmoid"],
  formula: "ln σ(x)",
  saves: "x",
  wgsl: {
    library: special,
    f: "min(x, T(0.0)) - log1p_unit_(exp_neg_(-abs(x)))",
    dfdx: "let e = exp_neg_(-abs(x)); return select(e, T(1.0), x < T(0.0)) / (e + 1.0);",
    textbook: { f: "log(1.0 / (1.0 + exp(-x)))", dfdx: "1.0 - 1.0 / (1.0 + exp(-x))" },
  },
  derivative: "sigmoid(-x)",
  f: (x) => -softplus(-x),
  dfdx: (x) => sigmoid(-x),
  transcendentals: 2,
  init: "glorot",
});
