import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli } from "../support/cli.ts";

const search = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "search", ...args], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
};

test("a planted search writes what it found, and fails where that is too far off", () => {
  const out = mkdtempSync(join(tmpdir(), "search-"));
  try {
    const near = search(
      "--match",
      "softplus",
      "--range",
      "-2,2",
      "--rounds",
      "2",
      "--within",
      "0.1",
      "--out",
      out,
    );
    expect(near).toMatchObject({ code: 0, out: expect.stringContaining("of softplus on [-2, 2]") });
    const found = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as {
      formula: string;
      largest: number;
    };
    expect(found.largest).toBeLessThanOrEqual(0.1);
    expect(found.formula).not.toContain("softplus");
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("<svg");
    expect(search("--match", "gelu", "--rounds", "1", "--within", "1e-9").code).toBe(1);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test("what does not go together is refused before anything is begun", () => {
  const refused: readonly (readonly [args: string, message: string])[] = [
    ["", "--out FOLDER is missing"],
    ["--out x --unseen spirals", '"spirals" is a task of the search'],
    ["--out x --budget soon", "expected a time such as 90s"],
    ["--out x --range -1,1", "--range needs --match"],
    ["--match gelu --tasks deep", "--tasks cannot be combined with --match"],
    ["--match gelu --range 4,-4", "the smaller first"],
    ["--out x --tasks digits", "tasks: expected one of spirals"],
  ];
  for (const [args, message] of refused)
    expect(search(...args.split(" ").filter(Boolean)), args).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(message),
    });
});
