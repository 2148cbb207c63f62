/** What the cases of optim and trajectories vary: the optimizer, the activation. */
import type { Layer } from "../nn/layer.ts";
import { activate } from "../nn/activate.ts";
import { prelu } from "../activations/prelu.ts";
import { tanh } from "../activations/tanh.ts";
import { adam, adamW, sgd } from "../optim/index.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { chooseActivation } from "./activations.ts";
import { groupedLayers } from "./grouped.ts";
import type { OracleCase, OracleValue } from "./oracle.ts";
import { type Runner, Unsupported } from "./problem.ts";
import type { Rules } from "./tolerance.ts";
import { trainingProblem } from "./training.ts";

type Hyper = Readonly<Record<string, number>>;
interface KnownOptimizer {
  readonly options: readonly string[];
  make(hyper: Hyper): Optimizer;
}

const adamOptions = ["lr", "beta1", "beta2", "eps", "weightDecay"];
const adamArguments = ({ lr = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 }: Hyper) => ({
  lr,
  betas: [beta1, beta2] as const,
  eps,
  weightDecay,
});

/** The optimizers by the oracle's names, with the options that they know. */
const optimizers: Readonly<Record<string, KnownOptimizer>> = {
  sgd: {
    options: ["lr", "momentum", "weightDecay"],
    make: ({ lr = 0, momentum = 0, weightDecay = 0 }) => sgd({ lr, momentum, weightDecay }),
  },
  adam: { options: adamOptions, make: (hyper) => adam(adamArguments(hyper)) },
  adamw: { options: adamOptions, make: (hyper) => adamW(adamArguments(hyper)) },
};

function chooseOptimizer(oracleCase: OracleCase): Optimizer {
  const name = oracleCase.text("optimizer");
  const known = Object.hasOwn(optimizers, name) ? optimizers[name]! : undefined;
  if (known === undefined) throw new Unsupported(`optimizer "${name}"`);
  // An option that is off says nothing.
  const isOn = ([, value]: [string, OracleValue]): boolean => value !== false && value !== 0;
  const given = [...oracleCase.group("hyper")].filter(isOn);
  const unknown = given.find(([option]) => !known.options.includes(option));
  if (unknown !== undefined) throw new Unsupported(`${name} with ${unknown[0]}`);
  return known.make(
    Object.fromEntries(given.map(([option]) => [option, oracleCase.number("hyper", option)])),
  );
}

/** A tensor's kind in the table of tolerances: loss, params, gradNorm. */
const kindOf = (tensor: string): string => tensor.split(".")[0]!.replace(/After\d+$/, "");

function sensitivity(oracleCase: OracleCase, of: "lossPerRelNoise" | "paramPerRelNoise"): number {
  const value = oracleCase.get("sensitivity", of);
  return typeof value === "number" ? value : 0;
}

/** A run of one optimizer over the network with tanh. */
export const optimizerRun: Runner = (oracleCase, tolerances) => {
  if (oracleCase.get("lrTable") === true || oracleCase.has("schedule"))
    throw new Unsupported("learning-rate schedules");
  if (oracleCase.has("clip")) throw new Unsupported("gradient clipping");
  const optimizer = chooseOptimizer(oracleCase);
  const param = sensitivity(oracleCase, "paramPerRelNoise");
  const absolute = (atol: number) => () => ({ atol, rtol: 0 });
  const rules: Rules = {
    "atol 2e-5 (float32 PyTorch: <= 1e-6)": absolute(2e-5),
    "max(2e-5, 2e-5*sensitivity.paramPerRelNoise); with builtin tanh (1e-5 abs error) use 5e-4": absolute(
      Math.max(2e-5, 2e-5 * param),
    ),
  };
  const subject = { section: "optim", id: oracleCase.id, op: oracleCase.text("optimizer") } as const;
  const { index } = oracleCase;
  return trainingProblem(oracleCase, {
    hidden: [activate(tanh), activate(tanh)],
    optimizer,
    init: index.group("shared", "init"),
    ...(oracleCase.get("minibatch") === true && { batches: index.tensor("shared", "minibatchIndices") }),
    bounds: (tensor, want) => tolerances.of(subject, kindOf(tensor), want, rules),
  });
};

/** A run of one activation, as both hidden ones. */
export const trajectory: Runner = (oracleCase, tolerances) => {
  const hidden = hiddenLayers(oracleCase);
  const optimizer = chooseOptimizer(oracleCase);
  const [loss, param] = [
    sensitivity(oracleCase, "lossPerRelNoise"),
    sensitivity(oracleCase, "paramPerRelNoise"),
  ];
  const subject = { section: "trajectories", id: oracleCase.id, op: oracleCase.text("act") } as const;
  return trainingProblem(oracleCase, {
    hidden,
    optimizer,
    init: oracleCase.group("init"),
    bounds(tensor, want) {
      const rules: Rules = {
        "max(5e-5, 2e-5*sensitivity.lossPerRelNoise) * max(1,loss)": () => (i) => ({
          atol: Math.max(5e-5, 2e-5 * loss) * Math.max(1, want[i]!),
          rtol: 0,
        }),
        "max(5e-5, 2e-5*sensitivity.paramPerRelNoise)": () => ({
          atol: Math.max(5e-5, 2e-5 * param),
          rtol: 0,
        }),
        "rtol 1e-4 at step 0, 1e-3 at 10 and 5e-3 at 49 plus atol 1e-5": () => {
          const step = Number(tensor.split(".")[1]);
          return { atol: 1e-5, rtol: step === 0 ? 1e-4 : step <= 10 ? 1e-3 : 5e-3 };
        },
      };
      return tolerances.of(subject, kindOf(tensor), want, rules);
    },
  });
};

/** The hidden activation twice; prelu with slopes of its own for each. rrelu keeps its mean slope, as in evaluation. */
function hiddenLayers(oracleCase: OracleCase): Layer[] {
  const act = oracleCase.text("act");
  if (act === "prelu") {
    const perChannel = oracleCase.get("params", "perChannel") === true;
    return [activate(prelu, {}, { perChannel }), activate(prelu, {}, { perChannel })];
  }
  if (Object.hasOwn(groupedLayers, act)) {
    const layer = groupedLayers[act]!(oracleCase.group("params"));
    return [layer, layer];
  }
  const { record, params } = chooseActivation(act, oracleCase.group("params"));
  const layer = activate(record, params, { learn: false });
  const steady: Layer = { ...layer, build: (context, x) => layer.build({ ...context, training: false }, x) };
  return [steady, steady];
}
