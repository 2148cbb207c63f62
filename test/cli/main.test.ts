import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectSchema } from "../support/schema.ts";
import { cli } from "../support/cli.ts";

function actigrad(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

test("from its sources, as `npm run` starts it, it is the same", () => {
  const help = spawnSync(process.execPath, ["src/app/cli/run.mjs", "--help"], { encoding: "utf8" });
  expect(help).toMatchObject({ status: 0, stdout: actigrad(["--help"]).out });
});

test("--help lists the commands, and a command's --help its options", () => {
  expect(actigrad(["--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("  doctor  "),
    err: "",
  });
  expect(actigrad(["doctor", "--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("--target chrome|node"),
  });
});

test("wrong usage is exit code 2 and names what was meant", () => {
  expect(actigrad(["docter"])).toEqual({
    code: 2,
    out: "",
    err: expect.stringContaining("did you mean doctor?"),
  });
  expect(actigrad(["doctor", "--jsn", "x"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("did you mean --json?"),
  });
});

test("doctor says who computes", () => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
  try {
    const json = join(folder, "doctor.json");
    expect(actigrad(["doctor", "--json", json])).toMatchObject({
      code: 0,
      out: expect.stringContaining("adapter "),
    });
    const result = JSON.parse(readFileSync(json, "utf8")) as unknown;
    expectSchema("doctor", result);
    expect(result).toMatchObject({
      adapter: { software: expect.any(Boolean) },
      limits: { maxBindGroups: 4 },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("no browser is exit code 3 and says what to do", () => {
  const { code, err } = actigrad(["doctor"], { PUPPETEER_EXECUTABLE_PATH: "/nowhere/chrome" });
  expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining("/nowhere/chrome") });
});

test("the target node computes where Dawn is installed, and is exit code 3 that says how to install it elsewhere", () => {
  const installed = existsSync("node_modules/webgpu/package.json");
  const run = actigrad("train --target node --dataset xor --layers 4 --batch 4 --epochs 2".split(" "));
  if (installed && run.code === 0) expect(run.out).toMatch(/Node [\d.]+, Dawn\n[^]*trained \d+ steps/);
  else
    expect(run).toMatchObject({ code: 3, err: expect.stringMatching(/npm i --no-save webgpu|no adapter/) });
  if (process.platform !== "linux") return; // elsewhere Dawn needs no Vulkan driver
  const nowhere = { VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" };
  const { code, err } = actigrad("doctor --target node --gpu hardware".split(" "), nowhere);
  expect({ code, err }).toMatchObject({
    code: 3,
    err: expect.stringMatching(/npm i --no-save webgpu|no GPU's adapter; install libvulkan1/),
  });
});

test("tiles that were measured are kept in a file, and a file that holds none is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-"));
  try {
    const tiles = join(folder, "tiles.json");
    const args = `train --dataset moons:n=400 --layers 256,256 --batch 256 --epochs 2 --tiles ${tiles}`.split(
      " ",
    );
    const first = actigrad(args);
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/tuned: [1-9]\d* products measured/) });
    const kept = JSON.parse(readFileSync(tiles, "utf8")) as Record<string, unknown>;
    for (const tile of Object.values(kept)) expect(tile).toMatchObject({ rows: expect.any(Number) });
    writeFileSync(tiles, '{"a product": {"rows": 3}}');
    expect(actigrad(args)).toMatchObject({ code: 1, err: expect.stringContaining('"a product" has') });
    expect(readFileSync(tiles, "utf8")).toBe('{"a product": {"rows": 3}}');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
