/** What `doctor` says about a machine, and how it ends if Chrome finds no GPU. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { browserPart, processes } from "../support/browser-process.ts";
import { cli } from "../support/cli.ts";
import { expectSchema } from "../support/schema.ts";

const folder = mkdtempSync(join(tmpdir(), "actigrad-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A machine without a GPU driver, as Vulkan's loader sees it. */
const noDriver = { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" };

function doctor(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "doctor", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

test.each([
  ["chrome", /^host +Chrome\/?[\d. ]+ headless$/m],
  ["node", /^host +Node [\d.]+, Dawn$/m],
])("says who computes (%s)", (target, host) => {
  const json = join(folder, `${target}.json`);
  const { code, out, err } = doctor(["--target", target, "--json", json]);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out).toMatch(host);
  expect(out).toMatch(/^adapter +\S+/m);
  expect(out).toMatch(/^kernel +1024 numbers computed, all right$/m);
  const result = JSON.parse(readFileSync(json, "utf8")) as unknown;
  expectSchema("doctor", result);
  expect(result).toMatchObject({ adapter: { software: expect.any(Boolean) }, limits: { maxBindGroups: 4 } });
});

test("a browser that is named and not there", () => {
  expect(doctor([], { PUPPETEER_EXECUTABLE_PATH: "/nowhere/chrome" })).toEqual({
    code: 3,
    out: "",
    err: expect.stringMatching(
      /^actigrad: PUPPETEER_EXECUTABLE_PATH names \/nowhere\/chrome, which does not exist; correct the variable/m,
    ),
  });
});

test("a browser that does not start", () => {
  expect(doctor([], { PUPPETEER_EXECUTABLE_PATH: process.execPath })).toEqual({
    code: 3,
    out: "",
    err: expect.stringMatching(/^actigrad: the browser .* does not start; choose another one/m),
  });
});

test.runIf(process.platform === "linux")("no browser, and none that can be installed", () => {
  const env = { PATH: folder, PUPPETEER_CACHE_DIR: folder, HTTPS_PROXY: "http://127.0.0.1:9" };
  expect(doctor([], env)).toEqual({
    code: 3,
    out: "",
    err: expect.stringMatching(
      /^no Chrome or Chromium found; downloading[^]*^actigrad: WebGPU needs a browser, and none was found or could be installed; install Chrome/m,
    ),
  });
});

test.runIf(process.platform === "linux")("a GPU that is demanded and not there, in Dawn", () => {
  expect(doctor(["--target", "node", "--gpu", "hardware"], noDriver)).toEqual({
    code: 3,
    out: "",
    err: expect.stringMatching(/^actigrad: Dawn is installed, but offers no GPU adapter; .*Vulkan driver/m),
  });
});

test.runIf(process.platform === "linux")("a GPU that is demanded and not there, in Chrome", () => {
  const began = performance.now();
  expect(doctor(["--gpu", "hardware"], noDriver)).toEqual({
    code: 3,
    out: "",
    err: expect.stringMatching(/^actigrad: a GPU is required, but Chrome .*; --gpu software .* on the CPU$/m),
  });
  expect(performance.now() - began).toBeLessThan(120_000); // 30 s on an idle machine
});

test.runIf(process.platform === "linux")("SIGTERM ends the wait for a GPU, and its browser", async () => {
  const args = "train --dataset xor --layers 4 --gpu hardware".split(" ");
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...noDriver } });
  const exit = once(child, "exit");
  const pid = child.pid!;
  let gpu = browserPart(pid, "gpu-process");
  while (gpu === undefined && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    gpu = browserPart(pid, "gpu-process");
  }
  process.kill(gpu!.pid, "SIGSTOP"); // a Chrome that finds out quickly would answer before the signal
  child.kill("SIGTERM");
  expect(await exit).toEqual([130, null]);
  // Killed processes take a moment to disappear.
  const left = () => processes().filter(({ args: own }) => own.includes(`actigrad-profile-${pid}-`));
  await expect.poll(left, { timeout: 30_000 }).toEqual([]);
});
