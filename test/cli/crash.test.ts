import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { browserPart } from "../support/browser-process.ts";
import { workloads } from "../chaos/workloads.ts";
import { cli, onTerminal } from "../support/cli.ts";

const bench = workloads.find(({ name }) => name === "bench")!;

const folder = mkdtempSync(join(tmpdir(), "actigrad-crash-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command line; calls `disturb` once it has printed something. */
async function run(
  args: readonly string[],
  says: RegExp,
  disturb: (child: ChildProcess) => void,
): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let [err, disturbed] = ["", false];
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    if (disturbed || !says.test(err)) return;
    disturbed = true;
    disturb(child);
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect(disturbed, err).toBe(true);
  return { code, err };
}

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;

/** A result without times. */
const lasting = ({ losses, evaluations, start, steps, options, data }: Record<string, unknown>) => ({
  losses,
  evaluations,
  start,
  steps,
  options,
  data,
});

const training = (name: string): string[] =>
  (
    "train --dataset spirals:n=1000 --layers 64,64 --batch 100 --epochs 160 --replicas 2 --recover 0.2 " +
    `--schedule plateau --json ${join(folder, `${name}.json`)} --save ${join(folder, "saved.safetensors")}`
  ).split(" ");

test.skipIf(process.platform === "win32")(
  "a training whose browser is killed goes on from its last snapshot, to the same losses and weights",
  async () => {
    const kill = (child: ChildProcess): void =>
      void process.kill(browserPart(child.pid!, "browser")!.pid, "SIGKILL");
    const plain = await run(training("plain"), /epoch/, () => undefined);
    expect(plain.code).toBe(0);
    const weights = readFileSync(join(folder, "saved.safetensors"));
    const { code, err } = await run(training("killed"), /step [1-9]\d\d+\//, kill);
    expect(err).toContain("the browser ended before the job did: restarting; finished work is kept");
    expect(err).toMatch(/continues from step [1-9]\d*/);
    expect(code).toBe(0);
    expect(lasting(read("killed.json"))).toEqual(lasting(read("plain.json")));
    expect(Buffer.compare(readFileSync(join(folder, "saved.safetensors")), weights)).toBe(0);
  },
);

/** A browser is restarted three times without progress in between, and here once more. */
const kills = Number(process.env["ACTIGRAD_KILLS"] ?? 4);
const activations = "relu,tanh,gelu,silu,elu,mish,sigmoid,softplus,selu,softsign".split(",").slice(0, kills);

test.skipIf(process.platform !== "linux")(
  "a bench whose GPU process is killed at each activation comes to the results of one that is left alone",
  async () => {
    const outcome = async (name: string, killing: boolean): Promise<string> => {
      const place = join(folder, name);
      mkdirSync(place);
      const args =
        `bench --suite training --activations ${activations.join(",")} --dataset spirals:n=1000,turns=1 --layers 32,32 ` +
        `--batch 50 --epochs 20 --seeds 0,1 --json ${join(place, "result.json")} --report ${join(place, "report.html")}`;
      const { child, pid } = onTerminal(args.split(" "));
      let [said, killed, killedAt] = ["", 0, 0];
      const goesOnAfter: number[] = [];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (killedAt > 0 && /training \d+ of/.test(text)) {
          goesOnAfter.push(Math.round(performance.now() - killedAt));
          killedAt = 0;
        }
        if (!killing || !said.includes(`training ${killed + 1} of ${activations.length}, `)) return;
        killed++;
        process.kill(browserPart(pid(), "gpu-process")!.pid, "SIGKILL");
        killedAt = performance.now();
      });
      expect(await new Promise((resolve) => child.once("exit", resolve)), said).toBe(0);
      expect(killed).toBe(killing ? activations.length : 0);
      if (killing) process.stdout.write(`goes on after ${goesOnAfter.join(", ")} ms\n`);
      return bench.outcome(place);
    };
    expect(await outcome("killed", true)).toBe(await outcome("alone", false));
  },
  600_000,
);
