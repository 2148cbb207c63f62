/** The scripts of package.json that are the repository's own: help, and what they refuse. */
import { afterEach, expect, test, vi } from "vitest";
import { scripts } from "../../package.json";
import { type Script, Failed, defineScript, runScript } from "../support/script.ts";

const own = Object.entries(scripts).flatMap(([name, line]) => {
  const [, path] = /^node test\/run\.mjs (\S+)$/.exec(line) ?? [];
  return path === undefined ? [] : [[name, path] as const];
});
const modules = import.meta.glob<{ readonly script: Script }>("../{*,chaos/*,lab/*}.ts");

afterEach(() => void vi.restoreAllMocks());

async function run(script: Script, ...argv: readonly string[]) {
  const said = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said.err += String(text)), true));
  const code = await runScript(script, argv, () => undefined);
  vi.restoreAllMocks();
  return { code, ...said };
}

test("there are such scripts", () => {
  expect(own.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      "readme",
      "schema",
      "strings",
      "release",
      "chaos",
      "soak",
      "queue",
      "statements",
    ]),
  );
});

test.each(own)("%s explains itself, and refuses what it does not know with one line", async (name, path) => {
  const { script } = await modules[`../${path}.ts`]!();
  expect(script.name).toBe(name);
  const help = await run(script, "--help");
  expect([help.code, help.err]).toEqual([0, ""]);
  expect(help.out.split("\n")[0]).toMatch(new RegExp(`^npm run ${name} -- .*\\[options\\]$`));
  const refused = await run(script, "--force");
  expect(refused).toEqual({
    code: 2,
    out: "",
    err: expect.stringMatching(/^\w+: unknown option --force; .*\n$/),
  });
  if (script.options["minutes"] !== undefined)
    expect(await run(script, "--minutes", "soon")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--minutes.*soon/),
    });
  const word = await run(script, "nothing-of-that-name");
  expect(word).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/^\w+: .*nothing-of-that-name.*\n$/),
  });
});

test("release wants to know which: show or publish", async () => {
  const { script } = await modules["../release.ts"]!();
  for (const args of [[], ["--dry-run", "--publish"]])
    expect(await run(script, ...args)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/choose one: --dry-run .*--publish/),
    });
});

test("what a script could not do is one line and exit code 1; a bug has its stack", async () => {
  const failing = (error: Error): Script =>
    defineScript({
      name: "failing",
      summary: "Fails.",
      options: {},
      run() {
        throw error;
      },
    });
  expect(await run(failing(new Failed("npm pack failed")))).toEqual({
    code: 1,
    out: "",
    err: "failing: npm pack failed\n",
  });
  expect(await run(failing(new Error("no")))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/at .*scripts\.test/),
  });
});
