import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFiles } from "../../src/host/lock.ts";
import { newProfile } from "../../src/host/profile.ts";
import { cli, onTerminal } from "../support/cli.ts";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a condition holds, as long as the test may take. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(100);
}

/**
 * An endless training, started once its browser computes, with its own terminal, which is closed by killing the process, or
 * without one.
 */
async function training(terminal = false): Promise<{
  process: ChildProcess;
  profile: string;
  ended: Promise<number | null>;
}> {
  const args = ["train", "--dataset", "spirals", "--epochs", "1000000"];
  const own = terminal ? onTerminal(args) : undefined;
  const child =
    own?.child ?? spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let told = "";
  (child.stdout ?? child.stderr!).setEncoding("utf8").on("data", (text: string) => (told += text));
  await until(() => told.includes("epoch 1"));
  const pid = own?.pid() ?? child.pid;
  const profile = readdirSync(tmpdir()).find((name) => name.startsWith(`actigrad-profile-${pid}-`));
  return { process: child, profile: join(tmpdir(), profile!), ended };
}

/** The command lines of processes that name a folder. */
const naming = (folder: string): string[] =>
  execFileSync("ps", ["-eo", "args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(folder));

test.skipIf(process.platform === "win32")(
  "killed, the browser ends with it, and the next launch removes its profile; nothing listens on a port",
  async () => {
    const { process: child, profile, ended } = await training();
    expect(naming(profile).join("\n")).toContain("--remote-debugging-pipe");
    expect(naming(profile).join("\n")).not.toContain("--remote-debugging-port");
    child.kill("SIGKILL");
    await ended;
    await until(() => naming(profile).length === 0);
    rmSync(await newProfile(), { recursive: true });
    expect(existsSync(profile)).toBe(false);
  },
);

test.skipIf(process.platform !== "linux")("a closed terminal ends it in good order", async () => {
  const { process: child, profile } = await training(true);
  child.kill("SIGKILL");
  await until(() => naming(profile).length === 0 && !existsSync(profile));
});

test.skipIf(process.platform === "win32")("without a terminal, as under nohup, it runs on", async () => {
  const { process: child, profile, ended } = await training();
  child.kill("SIGHUP");
  expect(await Promise.race([ended, wait(1000)])).toBe(undefined);
  child.kill("SIGTERM");
  expect(await ended).toBe(130);
  await until(() => naming(profile).length === 0);
  expect(existsSync(profile)).toBe(false);
});

test.skipIf(process.platform === "win32")("a second Ctrl-C leaves no browser and no profile", async () => {
  const { process: child, profile, ended } = await training();
  child.kill("SIGINT");
  await wait(600); // a terminal's Ctrl-C may come twice at once
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  await until(() => naming(profile).length === 0);
  expect(existsSync(profile)).toBe(false);
});

const sh = (script: string): { code: number; err: string } => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
  try {
    const err = join(folder, "err");
    try {
      execFileSync("bash", ["-c", `set -o pipefail; { ${script.replaceAll("DIR", folder)}; } 2>${err}`], {
        env: { ...process.env, RUN: `${process.execPath} ${cli}` },
      });
      return { code: 0, err: readFileSync(err, "utf8") };
    } catch (error) {
      return { code: (error as { status: number }).status, err: readFileSync(err, "utf8") };
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test.skipIf(process.platform === "win32")(
  "whoever reads along may go: files are written all the same",
  () => {
    const train = "$RUN train --dataset xor --epochs 2 --json DIR/a.json --save DIR/a.safetensors";
    expect(sh(`${train} --trace | head -n 1; ls DIR/a.json DIR/a.safetensors`)).toMatchObject({ code: 0 });
    expect(sh(`${train} 2>&-; ls DIR/a.json DIR/a.safetensors`)).toMatchObject({ code: 0 });
  },
);

test.skipIf(!existsSync("/dev/full"))("what could not be printed is exit code 1", () => {
  expect(sh("$RUN activations > /dev/full")).toEqual({
    code: 1,
    err: expect.stringContaining("cannot write to standard output: the disk is full"),
  });
});

test("one writer a file: another process is told who writes it; the lock of one that is gone is taken over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
  try {
    const [file, other] = [join(folder, "deep", "a.json"), join(folder, "b.json")];
    const release = await lockFiles([file, file]);
    const wanted = [other, file].map((path) => JSON.stringify(path)).join(", ");
    const inVite = `import { createServer, createServerModuleRunner } from "vite";
      const vite = await createServer({ configFile: false, server: { middlewareMode: true, watch: null, ws: false }, logLevel: "silent" });
      const { lockFiles } = await createServerModuleRunner(vite.environments.ssr).import("/src/host/lock.ts");
      try { await lockFiles([${wanted}]); console.log("locked"); process.kill(process.pid, "SIGKILL"); }
      catch (error) { console.log(error.message); }
      await vite.close();`;
    const elsewhere = (): string =>
      spawnSync(process.execPath, ["--input-type=module", "-e", inVite], { encoding: "utf8" }).stdout.trim();
    expect(elsewhere()).toBe(
      `cannot write ${file}: process ${process.pid} is writing it; wait for it, or choose another file`,
    );
    expect(readdirSync(folder)).toEqual(["deep"]);
    release();
    expect(elsewhere()).toBe("locked");
    expect(readdirSync(folder)).toEqual(["b.json.lock", "deep"]);
    writeFileSync(`${file}.lock`, ""); // of a process that ended before its name could be read
    (await lockFiles([file, other]))();
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a killed contest leaves its finished cells in its JSON, and goes on from them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-killed-"));
  const file = join(folder, "contest.json");
  const args =
    `bench --suite contest --quick --activations relu,tanh --json ${file} --report ${file}.html`.split(" ");
  type File = {
    complete: boolean;
    results: { contest: { tasks: { cells: { activation: string; scores: number[] }[] }[] } };
  };
  const read = (): File => JSON.parse(readFileSync(file, "utf8"));
  const child = spawn(process.execPath, [cli, ...args], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(() => existsSync(file));
  child.kill("SIGKILL");
  await ended;
  const { complete, results } = read();
  const [relu] = results.contest.tasks[0]!.cells;
  expect({ complete, cell: relu?.activation }).toEqual({ complete: false, cell: "relu" });
  const { status } = spawnSync(process.execPath, [cli, ...args, "--resume", file], { stdio: "ignore" });
  expect(status).toBe(0);
  const whole = read();
  expect(whole.complete).toBe(true);
  expect(whole.results.contest.tasks[0]!.cells.map(({ activation }) => activation)).toEqual(["relu", "tanh"]);
  expect(whole.results.contest.tasks[0]!.cells[0]!.scores).toEqual(relu!.scores);
  rmSync(folder, { recursive: true });
});
