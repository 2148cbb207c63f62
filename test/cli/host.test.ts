import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHost, type HostOptions } from "../../src/host/host.ts";
import { hostile } from "../chaos/hostile.ts";

let vite: ViteDevServer;
let folder: string;
/** The host with this folder's page and jobs, instead of those of the table. */
let runJob: (name: string, options?: object, how?: HostOptions<unknown>) => Promise<unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "actigrad-"));
  vite = await createServer({
    configFile: false,
    appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  runJob = createHost(
    { script: "/test/cli/page.ts", serve: vite.middlewares },
    async () => ({}),
  ) as typeof runJob;
});

afterAll(async () => {
  await vite.close();
  await rm(folder, { recursive: true });
});

test("a job reads and writes the files that were granted, bytes unchanged", async () => {
  const [from, to] = [join(folder, "in.bin"), join(folder, "new/out.bin")];
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) % 256);
  await writeFile(from, bytes);
  const files = { read: [folder], write: [to] };
  expect(await runJob("copy", { from, to }, { files })).toEqual({ bytes: 1_000_000 });
  expect(Buffer.compare(await readFile(to), bytes)).toBe(0);
});

test("a file that cannot be read is a typed error in the job", async () => {
  const from = join(folder, "absent");
  const copy = runJob("copy", { from, to: from }, { files: { read: [folder] } });
  await expect(copy).rejects.toMatchObject({
    code: "file",
    message: `cannot read ${from}: there is no such file`,
  });
});

test("events arrive in order and before the result", async () => {
  const counts: unknown[] = [];
  await runJob("count", { upTo: 200 }, { onEvent: (event) => counts.push(event) });
  expect(counts).toEqual(Array.from({ length: 200 }, (_, i) => ({ count: i + 1 })));
});

test("an abort lets the job return what it has reached", async () => {
  const abort = new AbortController();
  const result = runJob("untilAborted", {}, { signal: abort.signal, onEvent: () => abort.abort() });
  expect(await result).toEqual({ reached: "the middle" });
});

test.skipIf(process.platform !== "linux")(
  "the job's server answers nobody who has no token, and lives on",
  async () => {
    const abort = new AbortController();
    let answers: readonly string[] | undefined;
    const ask = async (): Promise<void> => {
      answers = await hostile(process.pid);
      abort.abort();
    };
    const result = await runJob("untilAborted", {}, { signal: abort.signal, onEvent: () => void ask() });
    expect(result).toEqual({ reached: "the middle" });
    expect(answers).toEqual([]);
  },
);

test("an error crosses with its code, hint and details", async () => {
  await expect(runJob("fail")).rejects.toMatchObject({
    name: "ActigradError",
    code: "shape",
    message: "expected 2, got 3; use 2",
    hint: "use 2",
    details: { expected: 2, got: 3 },
  });
});

test("an error that nobody awaits ends the job", async () => {
  await expect(runJob("failInTheBackground")).rejects.toThrow("nobody awaits this");
});

/** Kills the browsers of this process. */
const killBrowser = (): void => {
  const children = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  for (const line of children) {
    const [pid, parent] = line.trim().split(/\s+/);
    if (Number(parent) === process.pid && line.includes("--remote-debugging-pipe"))
      process.kill(Number(pid), "SIGKILL");
  }
};

test.skipIf(process.platform === "win32")(
  "a job whose browser dies is started again, and finds its finished cells",
  async () => {
    const [begun, said]: [number[], string[]] = [[], []];
    const onEvent = (event: unknown): void => {
      const { count } = event as { count: number };
      if (count === 3 && !begun.includes(3)) killBrowser();
      begun.push(count);
    };
    const say = (line: string): void => void said.push(line);
    expect(await runJob("squares", { upTo: 4 }, { onEvent, say })).toEqual([1, 4, 9, 16]);
    // The kill may come late, but never so early that the first two were not kept.
    expect(begun.filter((n) => n < 3)).toEqual([1, 2]);
    expect(said).toEqual(["the browser ended before the job did: restarting; finished work is kept"]);
  },
);

test.skipIf(process.platform === "win32")(
  "a browser that dies again and again is a typed error",
  async () => {
    const said: string[] = [];
    const how = { onEvent: killBrowser, say: (line: string) => void said.push(line) };
    await expect(runJob("untilAborted", {}, how)).rejects.toMatchObject({
      code: "device-lost",
      message: expect.stringContaining("the browser ended before the job did, 4 times in 10 minutes"),
    });
    expect(said).toHaveLength(3);
  },
);
