/** Training cases: `optim` varies the optimizer, `trajectories` the activation. */
import type { Layer } from "../../nn/layer.ts";
import { prelu } from "../../activations/records/prelu.ts";
import { tanh } from "../../activations/records/tanh.ts";
import * as optim from "../../optim/index.ts";
import type { Clip, Optimizer, Schedule } from "../../optim/index.ts";
import { chooseActivation, learnedNames, sectionOf } from "./activations.ts";
import { groupedLayers } from "./grouped.ts";
import type { OracleCase } from "./oracle.ts";
import { chooseSchedule, rates } from "./schedules.ts";
import { type Runner, Unsupported } from "./problem.ts";
import type { Rules } from "./tolerance.ts";
import { type TrainingSpec, trainingProblem } from "./training.ts";

type Hyper = Readonly<Record<string, number | boolean>>;
type Options = Readonly<Record<string, unknown>> & { lr: number; schedule?: Schedule };

/** The oracle's nadam is PyTorch 1.13's, whose look-ahead differs from the paper's and from later versions. */
const oldNadam = (options: Options): Optimizer => optim.nadam({ ...options, countedTwice: true });

/** The optimizers and their options by the oracle's names; other options have our names. */
const makers: Readonly<Record<string, { options: readonly string[]; make(options: Options): Optimizer }>> = {
  sgd: { options: ["momentum", "dampening", "nesterov"], make: optim.sgd },
  rmsprop: { options: ["alpha", "eps", "momentum", "centered"], make: optim.rmsProp },
  adagrad: { options: ["lrDecay", "initialAccumulator", "eps"], make: optim.adagrad },
  adam: { options: ["beta1", "beta2", "eps", "amsgrad"], make: optim.adam },
  adamw: { options: ["beta1", "beta2", "eps", "amsgrad"], make: optim.adamW },
  adadelta: { options: ["rho", "eps"], make: optim.adadelta },
  adamax: { options: ["beta1", "beta2", "eps"], make: optim.adamax },
  nadam: { options: ["beta1", "beta2", "eps", "momentumDecay"], make: oldNadam },
};

function chooseOptimizer(oracleCase: OracleCase, schedule: Schedule | undefined): Optimizer {
  const name = oracleCase.text("optimizer");
  const known = Object.hasOwn(makers, name) ? makers[name]! : undefined;
  if (known === undefined) throw new Unsupported(`optimizer "${name}"`);
  const given: Record<string, number | boolean> = {};
  for (const [option, value] of oracleCase.group("hyper")) {
    const fits = typeof value === "number" || typeof value === "boolean";
    if (!fits || !["lr", "weightDecay", ...known.options].includes(option))
      throw new Unsupported(`${name} with ${option}`);
    given[option] = value;
  }
  const { beta1, beta2, ...hyper }: Hyper = given;
  const betas = beta1 === undefined ? {} : { betas: [beta1, beta2] };
  return known.make({
    weightDecay: 0,
    ...hyper,
    ...betas,
    lr: oracleCase.number("hyper", "lr"),
    ...(schedule && { schedule }),
  });
}

/** The gradient clipping of a case. */
function chooseClip(oracleCase: OracleCase): Clip | undefined {
  if (!oracleCase.has("clip")) return undefined;
  const [kind, max] = [oracleCase.text("clip", "kind"), oracleCase.number("clip", "max")];
  if (kind === "value") return optim.clipValue(max);
  if (kind !== "norm") throw new Unsupported(`clipping by ${kind}`);
  return optim.clipNorm(max, { type: oracleCase.get("clip", "normType") === "inf" ? Infinity : 2 });
}

/** Tensors without an entry in the table of tolerances, with the kind whose entry they use. */
const sameKind: Readonly<Record<string, string>> = { momentum: "lr", clipNorm: "loss" };

/** A tensor's kind in the table of tolerances: loss, params, gradNorm, lr. */
function kindOf(tensor: string): string {
  const kind = tensor.split(".")[0]!.replace(/After\d+$/, "");
  return sameKind[kind] ?? kind;
}

function sensitivity(oracleCase: OracleCase, of: "lossPerRelNoise" | "paramPerRelNoise"): number {
  const value = oracleCase.get("sensitivity", of);
  return typeof value === "number" ? value : 0;
}

/** Trains the network with tanh and the case's optimizer. */
export const optimizerRun: Runner = (oracleCase, tolerances) => {
  const schedule = oracleCase.has("schedule") ? chooseSchedule(oracleCase) : undefined;
  const optimizer = chooseOptimizer(oracleCase, schedule);
  const clip = chooseClip(oracleCase);
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
    hidden: [tanh(), tanh()],
    optimizer,
    ...(clip && { update: { clip } }),
    computed: rates(oracleCase, schedule),
    init: index.group("shared", "init"),
    ...(oracleCase.get("minibatch") === true && { batches: index.tensor("shared", "minibatchIndices") }),
    bounds: (tensor, want) => tolerances.of(subject, kindOf(tensor), want, rules),
  });
};

/** Trains the network with the case's activation in both hidden layers. */
export const trajectory: Runner = (oracleCase, tolerances) => {
  const { hidden, ...names } = hiddenLayers(oracleCase);
  const optimizer = chooseOptimizer(oracleCase, undefined);
  const [loss, param] = [
    sensitivity(oracleCase, "lossPerRelNoise"),
    sensitivity(oracleCase, "paramPerRelNoise"),
  ];
  const subject = {
    section: sectionOf(oracleCase, "trajectories"),
    id: oracleCase.id,
    op: oracleCase.text("act"),
  } as const;
  return trainingProblem(oracleCase, {
    hidden,
    ...names,
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

/** The hidden activation twice, each with its own learned parameters. rrelu uses its mean slope, as in evaluation. */
function hiddenLayers(oracleCase: OracleCase): Pick<TrainingSpec, "hidden" | "learnedName"> {
  const act = oracleCase.text("act");
  if (act === "prelu") {
    const perChannel = oracleCase.get("params", "perChannel") === true;
    return { hidden: [prelu({ perChannel }), prelu({ perChannel })] };
  }
  if (Object.hasOwn(groupedLayers, act)) {
    const layer = groupedLayers[act]!(oracleCase.group("params"));
    return { hidden: [layer, layer] };
  }
  const { record, params } = chooseActivation(act, oracleCase.group("params"));
  const learned = oracleCase.get("params", "learned");
  if (Array.isArray(learned)) {
    const names = new Map(
      learned.flatMap((tensor) =>
        learnedNames(record, String(tensor)).map(
          (name) => [record.params[name]!.learnedAs ?? name, String(tensor)] as const,
        ),
      ),
    );
    const layer = (): Layer => record({ ...params, learn: true });
    return { hidden: [layer(), layer()], learnedName: (param) => names.get(param) ?? param };
  }
  const layer: Layer = record({ ...params, learn: false });
  const steady: Layer = { ...layer, build: (context, x) => layer.build({ ...context, training: false }, x) };
  return { hidden: [steady, steady] };
}
