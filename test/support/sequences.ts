/**
 * Random sequences of a trainer's calls, some concurrent and some while the device is lost. Each is compared with the same calls
 * one after another on a trainer whose device is never lost.
 */
import {
  type Checkpoint,
  type ClassDataset,
  type Gpu,
  Trainer,
  adam,
  crossEntropy,
  inspect,
  linear,
  recovery,
  restoreCheckpoint,
  sequential,
  silu,
  takeCheckpoint,
} from "../../src/index.ts";
import { pointsInClasses } from "./datasets.ts";

const [data, other]: readonly ClassDataset[] = [pointsInClasses(40, 2, 2), pointsInClasses(1023, 2, 2)];
const turned = { ...data!, labels: data!.labels.map((label) => 1 - label) };
const rows = (other!.x as Float32Array).slice(0, 10);

/** Calls that change nothing and may run during a training. */
const looks = {
  evaluate: (t: Trainer) => t.evaluate(data!),
  "evaluate turned": (t: Trainer) => t.evaluate(turned),
  "evaluate other": (t: Trainer) => t.evaluate(other!),
  predict: (t: Trainer) => t.predict(rows),
  weights: (t: Trainer) => t.weights(1),
  checkpoint: (t: Trainer) => takeCheckpoint(t, data!),
  async inspect(t: Trainer) {
    const look = await inspect(t, data!, { rows: 6 });
    look.run();
    const [first, last] = [await look.read("0"), await look.read("2")];
    look.dispose();
    return [first, last];
  },
} satisfies Record<string, (trainer: Trainer) => Promise<unknown>>;
type Look = keyof typeof looks;
const lookNames = Object.keys(looks) as Look[];

/** The next move of a sequence. */
type Move =
  | {
      readonly kind: "fit";
      readonly steps: number;
      readonly stepsPerSubmit: number;
      readonly beside: readonly Look[];
      /** Before which calls, and after which step, the device is lost. */
      readonly lost: { readonly before: number; readonly step: number };
    }
  | { readonly kind: "look"; readonly beside: readonly Look[]; readonly lost: { readonly before: number } }
  | { readonly kind: "restore" | "setWeights"; readonly which: number }
  | { readonly kind: "reset" | "dispose" | "dispose while training" | "lose" };

/** Random numbers from 0 to below `n`, the same for the same seed. */
function dice(seed: number): (n: number) => number {
  let state = seed * 2654435761 + 1;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** One in this many sequences loses the device: compiling everything on a new one takes most of the time. */
export const LOSING = 5;

function movesOf(roll: (n: number) => number, loses: boolean): Move[] {
  const some = (): Look[] => Array.from({ length: roll(4) }, () => lookNames[roll(lookNames.length)]!);
  const seldom = (n: number): number => (roll(8) === 0 && loses ? roll(n) : Infinity);
  return Array.from({ length: 4 + roll(4) }, (): Move => {
    const kind = roll(16);
    if (kind < 6)
      return {
        kind: "fit",
        steps: 1 + roll(7),
        stepsPerSubmit: 1 + roll(3),
        beside: some(),
        lost: { before: seldom(4), step: seldom(7) },
      };
    if (kind < 10) return { kind: "look", beside: [...some(), "evaluate"], lost: { before: seldom(4) } };
    if (kind < 12) return { kind: kind === 10 ? "restore" : "setWeights", which: roll(8) };
    return {
      kind: (["reset", "dispose", "dispose while training", loses ? "lose" : "reset"] as const)[roll(4)]!,
    };
  });
}

const create = (gpu: Gpu, everySeconds?: number): Promise<Trainer> =>
  Trainer.create(gpu, {
    model: sequential(linear(2, 8), silu, linear(8, 2)),
    loss: crossEntropy,
    optimizer: adam({ lr: 0.05 }),
    batch: 8,
    seeds: [1, 2],
    ...(everySeconds !== undefined && { recover: recovery({ everySeconds }) }),
  });

/** A result with all its bits, for comparison. */
const bitsOf = (result: unknown): string =>
  JSON.stringify(result, (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    return ArrayBuffer.isView(value)
      ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
      : value;
  });

/**
 * Runs one sequence.
 * @param rough the Gpu whose device is lost; `calm` is another one, whose device stays
 * @returns what went wrong, with the moves that led there; undefined if nothing did
 */
export async function faultIn(
  seed: number,
  { rough, calm }: { rough: Gpu; calm: Gpu },
): Promise<string | undefined> {
  const roll = dice(seed);
  const everySeconds = [0.0005, 0.005, 5][roll(3)]!;
  const moves = movesOf(roll, seed % LOSING === 0);
  const make = async () => ({ subject: await create(rough, everySeconds), model: await create(calm) });
  let { subject, model } = await make();
  const checkpoints: Checkpoint[] = [];
  const lose = (): void => rough.device.destroy();
  const playFit = async (move: Extract<Move, { kind: "fit" }>): Promise<string | undefined> => {
    const { steps, stepsPerSubmit, beside, lost } = move;
    const calls: Promise<unknown>[] = [];
    const look = (): void => {
      for (const [i, name] of beside.entries()) {
        if (lost.before === i) lose();
        calls.push(looks[name](subject));
      }
    };
    const from = subject.step;
    const fitted = subject.fit(data!, {
      steps,
      stepsPerSubmit,
      onProgress: ({ step }) => {
        if (step <= stepsPerSubmit) look();
        if (lost.step >= step - stepsPerSubmit && lost.step < step) lose();
      },
    });
    // The state at each step: a call during training may have seen any of them.
    const seen = new Map<Look, Set<string>>(beside.map((name) => [name, new Set()]));
    const losses: number[][] = [[], []];
    for (let step = 0; step <= steps; step++) {
      for (const [name, found] of seen) found.add(bitsOf(await looks[name](model)));
      if (step === steps) break;
      const result = await model.fit(data!, { steps: 1 });
      for (const [r, [loss]] of result.losses.entries()) losses[r]!.push(loss!);
    }
    const { losses: got } = await fitted;
    if (subject.step !== from + steps) return `${subject.step} steps, expected ${from + steps}`;
    if (bitsOf(got) !== bitsOf(losses.map((own) => Float32Array.from(own)))) return "other losses";
    for (const [i, result] of (await Promise.all(calls)).entries()) {
      const name = beside[i]!;
      if (!seen.get(name)!.has(bitsOf(result))) return `${name} beside the training is of no step`;
      if (name === "checkpoint") checkpoints.push(result as Checkpoint);
    }
    return undefined;
  };
  const play = async (move: Move): Promise<string | undefined> => {
    if (move.kind === "fit") return playFit(move);
    if (move.kind === "look") {
      const calls = move.beside.map((name, i) => {
        if (move.lost.before === i) lose();
        return looks[name](subject);
      });
      const results = await Promise.all(calls);
      for (const [i, name] of move.beside.entries())
        if (bitsOf(results[i]) !== bitsOf(await looks[name](model))) return `${name} is not as alone`;
    } else if (move.kind === "restore") {
      const checkpoint = checkpoints[move.which % Math.max(1, checkpoints.length)];
      if (checkpoint !== undefined)
        for (const trainer of [subject, model]) await restoreCheckpoint(trainer, checkpoint, data!);
    } else if (move.kind === "setWeights") {
      const weights = await model.weights(move.which % 2);
      for (const trainer of [subject, model]) trainer.setWeights(weights);
    } else if (move.kind === "reset") {
      for (const trainer of [subject, model]) trainer.reset();
    } else if (move.kind === "lose") {
      lose();
    } else {
      const ends =
        move.kind === "dispose"
          ? []
          : [subject.fit(data!, { steps: 9, stepsPerSubmit: 1 }), subject.evaluate(other!)];
      const codes = Promise.all(
        ends.map((end) =>
          end.then(
            () => "disposed",
            (error: { code?: string }) => error.code,
          ),
        ),
      );
      if (move.kind !== "dispose") await new Promise((resolve) => setTimeout(resolve, move.kind.length % 7));
      for (const trainer of [subject, model]) trainer.dispose();
      for (const code of await codes) if (code !== "disposed") return `after dispose: ${code}`;
      ({ subject, model } = await make());
    }
    return undefined;
  };
  const done: string[] = [];
  try {
    for (const move of moves) {
      done.push(JSON.stringify(move));
      const fault = await play(move);
      const differs =
        bitsOf(await takeCheckpoint(subject, data!)) !== bitsOf(await takeCheckpoint(model, data!));
      if (fault !== undefined || differs)
        return `${fault ?? "other states"}; sequence ${seed}: ${done.join(" ")}`;
    }
    return undefined;
  } catch (error) {
    return `${String(error)}; sequence ${seed}: ${done.join(" ")}`;
  } finally {
    subject.dispose();
    model.dispose();
  }
}
