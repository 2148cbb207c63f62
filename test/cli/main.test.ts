import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
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

test("the target node computes where Dawn is installed, and is exit code 3 that says how to install it elsewhere", () => {
  const installed = existsSync("node_modules/webgpu/package.json");
  const run = actigrad("train --target node --dataset xor --layers 4 --batch 4 --epochs 2".split(" "));
  if (installed && run.code === 0) expect(run.out).toMatch(/Node [\d.]+, Dawn\n[^]*trained \d+ steps/);
  else
    expect(run).toMatchObject({ code: 3, err: expect.stringMatching(/npm i --no-save webgpu|no adapter/) });
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
