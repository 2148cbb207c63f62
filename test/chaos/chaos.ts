import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { permutation, uniform } from "../../src/core/random.ts";
import { newProfile } from "../../src/host/profile.ts";
import { type BrowserPart, browserPart, processes } from "../support/browser-process.ts";
import { defineScript } from "../support/script.ts";
import { hostile } from "./hostile.ts";
import { type Run, type Workload, start, workloads } from "./workloads.ts";

const faults = [
  "gpu-process",
  "renderer",
  "browser",
  "command line",
  "hostile",
  "closed pipe",
  "full disk",
] as const;
type Fault = (typeof faults)[number];

/** The faults found; each begins with the round. */
const wrong: string[] = [];
const tally = new Map<string, number>();
const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const script = defineScript({
  name: "chaos",
  summary:
    "Disturbs command lines at random. The results must equal those of undisturbed runs, and nothing may be left behind. The same seed disturbs in the same way.",
  options: {
    minutes: { kind: "number", min: 0, default: 10, doc: "for how long; each command line at least once" },
    seed: {
      kind: "number",
      whole: true,
      min: 0,
      doc: "of what is disturbed, and when (default: another each time)",
    },
  },
  run: ({ options: { minutes, seed = Date.now() % 1_000_000 } }) => disturbAll(minutes, seed),
});

async function disturbAll(minutes: number, seed: number): Promise<number> {
  say(`chaos for ${minutes} minutes, --seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "actigrad-chaos-"));
  const own = new Set<number>();
  const runs = (args: readonly string[], how?: { readonly reads: boolean }): Run => {
    const run = start(args, how);
    own.add(run.child.pid!);
    return run;
  };
  try {
    const undisturbed = new Map<Workload, string>();
    for (const workload of workloads) {
      const plain = join(folder, `${workload.name}-plain`);
      mkdirSync(plain);
      const run = runs(workload.args(plain, false));
      if ((await run.ended) !== 0) throw new Error(`${workload.name} fails by itself:\n${run.said()}`);
      undisturbed.set(workload, plain);
    }
    const end = performance.now() + minutes * 60_000;
    const kinds = faults.length * workloads.length;
    for (let round = 0; round === 0 || performance.now() < end; round++) {
      // Every fault of every workload once in random order, then all again in another order.
      const kind = permutation(kinds, seed, Math.floor(round / kinds))[round % kinds]!;
      const [fault, workload] = [faults[kind % faults.length]!, workloads[Math.floor(kind / faults.length)]!];
      const [c] = uniform(seed, round, 1) as unknown as [number];
      const begin = performance.now();
      const at = `round ${round}, ${workload.name}, ${fault}`;
      const place = join(folder, `round-${round}`);
      mkdirSync(place);
      await disturb({ at, fault, workload, place, plain: undisturbed.get(workload)!, delay: c * 4000, runs });
      const left = readdirSync(place).filter((name) => /\.(draft|lock)/.test(name));
      if (left.length > 0) wrong.push(`${at}: left ${left.join(", ")}`);
      rmSync(place, { recursive: true });
      count(fault);
      say(`${at}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    }
    rmSync(await newProfile(), { recursive: true }); // as the next launch does after a kill
    await wait(1000);
    for (const { args } of processes())
      if ([...own].some((pid) => args.includes(`actigrad-profile-${pid}-`)))
        wrong.push(`still runs: ${args}`);
    for (const name of readdirSync(tmpdir()))
      if ([...own].some((pid) => name.startsWith(`actigrad-profile-${pid}-`)))
        wrong.push(`still there: ${name}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say([...tally].map(([what, times]) => `${what} ${times}`).join(", "));
  for (const line of wrong) say(`WRONG ${line}`);
  say(`${[...tally.values()].reduce((sum, n) => sum + n, 0)} rounds, ${wrong.length} wrong`);
  return wrong.length === 0 ? 0 : 1;
}

interface Round {
  readonly at: string;
  readonly fault: Fault;
  readonly workload: Workload;
  readonly place: string;
  /** Where the undisturbed run wrote. */
  readonly plain: string;
  readonly delay: number;
  runs(args: readonly string[], how?: { readonly reads: boolean }): Run;
}

async function disturb(round: Round): Promise<void> {
  const { at, fault, workload, place, runs } = round;
  if (fault === "full disk") return fillDisk(round);
  let run = runs(workload.args(place, false), { reads: fault !== "closed pipe" });
  const pid = run.child.pid!;
  while (!workload.under.test(run.said()) && run.child.exitCode === null) await wait(50);
  await wait(round.delay);
  if (run.child.exitCode !== null) count("too late");
  else if (fault === "command line") {
    run.child.kill("SIGKILL");
    await run.ended;
    run = runs(workload.args(place, true));
  } else if (fault === "hostile") {
    const answers = process.platform === "linux" ? await hostile(pid) : [];
    for (const answer of answers ?? []) wrong.push(`${at}: ${answer}`);
  } else if (fault !== "closed pipe") kill(pid, fault);
  const code = await run.ended;
  if (code !== 0) wrong.push(`${at}: exit code ${code}:\n${run.said()}`);
  else compare(round);
}

function kill(pid: number, part: BrowserPart): void {
  const found = browserPart(pid, part);
  if (found === undefined) return count("not found");
  try {
    process.kill(found.pid, "SIGKILL");
  } catch {
    count("not found"); // it has just disappeared
  }
}

function compare({ at, workload, place, plain }: Round): void {
  const from = workload.begun(place);
  if (workload.outcome(place, from) !== workload.outcome(plain, from)) wrong.push(`${at}: another result`);
}

/** Results on a full disk: reported with exit code 1, old contents untouched; with room again the run succeeds. */
async function fillDisk(round: Round): Promise<void> {
  const { at, workload, place, runs } = round;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place], { stdio: "ignore" });
  } catch {
    return count("no small disk");
  }
  try {
    writeFileSync(join(place, "result.json"), "before");
    writeFileSync(join(place, "full"), new Uint8Array(40_000));
    const run = runs(workload.args(place, false));
    if ((await run.ended) !== 1) wrong.push(`${at}: no exit code 1`);
    if (!run.said().includes("the disk is full")) wrong.push(`${at}: not told:\n${run.said()}`);
    execFileSync("mount", ["-o", "remount,size=64m", place]);
    const again = runs(workload.args(place, false));
    const code = await again.ended;
    if (code === 0) compare(round);
    else wrong.push(`${at}: exit code ${code} with room again:\n${again.said()}`);
    const left = readdirSync(place).filter((name) => /\.(draft|lock)/.test(name));
    if (left.length > 0) wrong.push(`${at}: left ${left.join(", ")}`);
  } finally {
    execFileSync("umount", [place]);
  }
}
