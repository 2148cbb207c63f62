/** The planned cases: their titles, and how the peers are checked against float64 and timed. */
import { whole } from "../../src/report/numbers.ts";
import * as cases from "./cases.ts";
import { edgeFaults, expectedLosses, worstError } from "./expected.ts";
import type { KernelWork, Peer, TrainingWork, Work } from "./peer.ts";
import { timeMatchup, type Matchup, type Yardstick } from "./measure.ts";
import type { ConvSpec, MatmulSpec, PeerCase, PeersOptions, PeerTiming, TrainingSpec } from "./result.ts";

type About = Omit<PeerCase, "timings">;

export interface Planned {
  readonly about: About;
  time(
    peers: readonly Peer[],
    yardstick: Yardstick,
    options: PeersOptions,
    signal: AbortSignal,
  ): Promise<PeerTiming[]>;
}

/** Trainings come first, because they matter most if the comparison is stopped early. */
export function plan({ trainings, matmuls, convs, activations, elements }: PeersOptions): Planned[] {
  const kernels = elements.flatMap((count) =>
    activations.flatMap((name) => [false, true].map((backward) => activationCase(name, count, backward))),
  );
  return [...trainings.map(trainingCase), ...matmuls.map(matmulCase), ...convs.map(convCase), ...kernels];
}

/** `matchup` draws inputs and computes the expected results, so it is called only when the case starts. */
const planned = <W extends Work>(about: About, matchup: () => Matchup<W>): Planned => ({
  about,
  time: (peers, yardstick, options, signal) => timeMatchup(peers, matchup(), yardstick, options, signal),
});

function activationCase(name: string, elements: number, backward: boolean): Planned {
  const direction = backward ? "forward+backward" : "forward";
  const bytes = elements * (backward ? 20 : 8);
  const about = { kind: "activation", title: `${name} ${direction} ${whole(elements)}`, bytes } as const;
  return planned(about, () => {
    const task = cases.activationTask(name, elements, backward);
    return {
      ...kernelMatchup((peer) => peer.activation(task), cases.expectedActivation(task), bytes),
      remark: (peer) => (backward && !cases.isAlongRows(name) ? atTheEdges(peer, name) : ""),
    };
  });
}

const kernelMatchup = (
  make: Matchup<KernelWork>["make"],
  expected: readonly (readonly cases.Expected[])[],
  amount: number,
): Matchup<KernelWork> => ({
  amount,
  counted: false,
  make,
  async check(work) {
    await work.run(1);
    return worstError(await work.read(), expected);
  },
});

async function atTheEdges(peer: Peer, name: string): Promise<string> {
  const task = cases.edgeTask(name);
  const work = await peer.activation(task);
  try {
    await work.run(1);
    return edgeFaults(task, await work.read(), cases.expectedActivation(task));
  } finally {
    work.dispose();
  }
}

const forms = { ab: "A·B", atb: "Aᵀ·B", abt: "A·Bᵀ" } as const;

function matmulCase(spec: MatmulSpec): Planned {
  const { form, m, n, k } = spec;
  const flops = 2 * m * n * k;
  return planned({ kind: "matmul", title: `${forms[form]} ${m}x${k}x${n}`, flops }, () => {
    const task = cases.matmulTask(spec);
    return kernelMatchup((peer) => peer.matmul(task), cases.expectedMatmul(task), flops);
  });
}

function convCase(spec: ConvSpec): Planned {
  const { batch, size, channels, features, backward } = spec;
  const flops = cases.convFlops(spec);
  const direction = backward ? "forward+backward" : "forward";
  const title = `conv2d 3x3, ${batch} of ${size}x${size}, ${channels} to ${features} channels, ${direction}`;
  return planned({ kind: "convolution", title, flops }, () => {
    const task = cases.convTask(spec);
    return kernelMatchup((peer) => peer.conv(task), cases.expectedConv(task), flops);
  });
}

/** Steps whose losses are checked before timing; fewer for a large network, because float64 is slow. */
const lossesOf = (flops: number): number => (flops > 1e9 ? 2 : 3);

function trainingCase(spec: TrainingSpec): Planned {
  const { sizes, convs = [], batch, replicas, optimizer } = spec;
  const flops = cases.trainingFlops(spec);
  const many = replicas > 1 ? `, ${replicas} replicas` : "";
  const [inputs, ...rest] = sizes;
  const network = [inputs, ...convs.map((channels) => `conv ${channels}`), ...rest].join("-");
  const title = `${network} batch ${batch} ${optimizer}${many}`;
  return planned({ kind: "training", title, flops }, (): Matchup<TrainingWork> => {
    const task = cases.trainingTask(spec);
    const steps = lossesOf(flops / replicas);
    const expected = expectedLosses(task, steps).map((want, index) => ({ index, want }));
    return {
      amount: flops,
      counted: true,
      make: (peer) => peer.training(task),
      async check(work) {
        const losses = await work.losses(steps);
        const each = Array.from({ length: replicas }, (_, r) => losses.map((row) => row[r] ?? NaN));
        return Math.max(...each.map((replica) => worstError([replica], [expected])));
      },
    };
  });
}
