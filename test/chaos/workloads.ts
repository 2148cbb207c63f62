/** Command lines to disturb, whose results are known from an undisturbed run. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A run of the command line. */
export interface Run {
  readonly child: ChildProcess;
  /** Its output so far. */
  said(): string;
  readonly ended: Promise<number | null>;
}

/** @param reads false closes its standard output at once */
export function start(args: readonly string[], { reads = true }: { readonly reads?: boolean } = {}): Run {
  const child = spawn(process.execPath, ["src/app/cli/run.mjs", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  if (reads) child.stdout.resume();
  else child.stdout.destroy();
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  return { child, said: () => said, ended: new Promise((resolve) => child.once("close", resolve)) };
}

type Json = Readonly<Record<string, unknown>>;

export interface Workload {
  readonly name: "train" | "bench";
  /** @param resume continues from the checkpoint of a killed run in the same folder, if there is one */
  args(folder: string, resume: boolean): string[];
  /** Output that shows when faults can be injected. */
  readonly under: RegExp;
  /** Its files without times, as text; from step `from` on, to compare with the whole run's. */
  outcome(folder: string, from?: number): string;
  /** The step at which a resumed run began. */
  begun(folder: string): number;
}

const json = (folder: string): Json => JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as Json;

interface TrainJson {
  readonly start: number;
  readonly losses: readonly (readonly number[])[];
  readonly evaluations: readonly { readonly step: number }[];
}

const train: Workload = {
  name: "train",
  args: (folder, resume) => {
    const checkpoint = join(folder, "checkpoint.safetensors");
    return [
      ..."train --dataset spirals:n=2000 --layers 64,64 --activation gelu --batch 100 --epochs 60 --replicas 2".split(
        " ",
      ),
      ..."--seed 5 --schedule cosine --ema 0.99 --recover 0.5 --checkpoint-every 200".split(" "),
      "--checkpoint",
      checkpoint,
      "--json",
      join(folder, "result.json"),
      "--save",
      join(folder, "model.safetensors"),
      ...(resume && existsSync(checkpoint) ? ["--resume", checkpoint] : []),
    ];
  },
  under: /step [1-9]\d\d+\//,
  outcome(folder, from = 0) {
    const { start: begun, losses, evaluations } = json(folder) as unknown as TrainJson;
    const model = readFileSync(join(folder, "model.safetensors")).toString("base64");
    const later = evaluations.filter(({ step }) => step > from);
    return JSON.stringify([losses.map((column) => column.slice(from - begun)), later, model]);
  },
  begun: (folder) => (json(folder) as unknown as TrainJson).start,
};

const bench: Workload = {
  name: "bench",
  args: (folder) => [
    ..."bench --suite training --activations relu,tanh,gelu --dataset spirals:n=1000,turns=1 --layers 32,32".split(
      " ",
    ),
    ..."--batch 50 --epochs 30 --seeds 0,1".split(" "),
    "--json",
    join(folder, "result.json"),
    "--report",
    join(folder, "report.html"),
  ],
  under: /training \d of 3, \w+: step/,
  outcome(folder) {
    const { complete, results } = json(folder) as unknown as {
      complete: boolean;
      results: { training: { rows: readonly Json[] } };
    };
    const rows = results.training.rows.map(({ name, losses, testLosses, testAccuracies, divergedAt }) => ({
      name,
      losses,
      testLosses,
      testAccuracies,
      divergedAt,
    }));
    return JSON.stringify([complete, rows]);
  },
  begun: () => 0,
};

export const workloads: readonly Workload[] = [train, bench];
