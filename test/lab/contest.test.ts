import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { judge } from "../../bench/contest/judge.ts";
import { diffContests } from "../../bench/contest/diff.ts";
import { readResult } from "../../bench/baseline.ts";
import type { BenchResult } from "../../bench/result.ts";
import { normal, uniform } from "../../src/core/random.ts";
import { expectSchema } from "../support/schema.ts";
import type { LabTab } from "./site.ts";
import { drop, expectAccessible, small, visits } from "./visits.ts";

const visiting = visits();

/** A disc in a ring, which identity cannot learn, with so few rows that a contest takes seconds. */
function disc(): string {
  const [angles, away] = [uniform(0, 1, 40), normal(1, 2, 40)];
  const lines = [...angles].map((u, i) => {
    const r = (i % 2 === 0 ? 0.4 : 1.2) + 0.05 * away[i]!;
    const a = 2 * Math.PI * u;
    return `${(r * Math.cos(a)).toFixed(4)},${(r * Math.sin(a)).toFixed(4)},${i % 2 === 0 ? "in" : "out"}`;
  });
  return ["x,y,label", ...lines].join("\n");
}

/** The page's file must match the schema of the command line's. */
async function exported(tab: LabTab): Promise<BenchResult> {
  const text = await tab.download("#contest-json");
  expectSchema("bench", JSON.parse(text));
  return readResult(text, "the page's file");
}

/** Without what depends on the clock, or on the file's location. */
const timeless = ({ results }: BenchResult) => ({
  ...results.contest!,
  tasks: results.contest!.tasks.map((task) => ({
    ...task,
    about: "",
    cells: task.cells.map((cell) => ({ ...cell, stepMs: 0 })),
  })),
});

const done = (tab: LabTab, least: number): Promise<unknown> =>
  tab.page.waitForFunction(
    (n) => Number(document.getElementById("contest-status")?.dataset["done"]) >= n,
    { timeout: 400_000 },
    least,
  );

test("a contest on one's own rows: stopped, gone on with, the answer; the command line's file to the last bit", async () => {
  const tab = await visiting.open(small({ seeds: "5" }, ["identity", "x * sigmoid(2 * x)"]));
  await tab.click("#room-contest");
  await tab.page.waitForSelector("#contest-setup input[name=task-spirals]");
  const csv = disc();
  await drop(tab.page, [{ name: "disc.csv", content: csv }]);
  await tab.page.waitForFunction(() => location.hash.includes("own"));
  for (const name of ["spirals", "deep", "regression"]) await tab.click(`input[name=task-${name}]`);
  await tab.page.select("select[name=start]", "same");
  await tab.page.waitForFunction(() => location.hash.includes("start=same"));
  await expectAccessible(tab, "light", 1280);

  await tab.page.evaluate("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }");
  await tab.click("#command");
  const command = String(await tab.page.evaluate("globalThis.copied"));
  expect(command).toBe(
    "npx actigrad bench --suite contest --activations identity --formula 'x * sigmoid(2 * x)' --tasks own --dataset disc.csv --level S --seeds 5 --init same",
  );
  const path = join(visiting.site.folder, "disc.csv");
  writeFileSync(path, csv);

  await tab.click("#contest");
  await done(tab, 1);
  await tab.click("#contest"); // Stop
  await tab.page.waitForSelector("#contest-status[data-running=false]");
  const part = await exported(tab);
  expect(part.complete).toBe(false);
  expect(part.results.contest!.tasks[0]!.cells[0]).toMatchObject({ activation: "identity" });
  expect(await tab.text("#contest-answer")).toMatch(/^No ranking/);
  await expectAccessible(tab, "dark", 390);

  await tab.click("#contest"); // Continue
  await tab.page.waitForSelector("#contest-status[data-running=true]");
  await tab.page.waitForSelector("#contest-status[data-running=false]", { timeout: 400_000 });
  const whole = await exported(tab);
  expect(whole.complete).toBe(true);
  const { take, tasks } = judge(whole.results.contest!);
  expect(take).toEqual(["x * sigmoid(2 * x)"]);
  expect(tasks.get("own")!.ranked.at(-1)).toMatchObject({ activation: "identity" });
  expect(await tab.text("#contest-answer")).toMatch(
    /^Take x \* sigmoid\(2 \* x\): told apart from the others in 5 seeds on 1 task; identity (is [\d.]+ points behind|has [\d.,]+ times the loss)/,
  );
  const verdicts = await tab.page.$$eval("[data-task=own] [data-verdict]", (all) =>
    all.map((cell) => (cell as HTMLElement).dataset["verdict"]),
  );
  expect(verdicts[0]).toBe("together");
  expect(["behind", "nothing"]).toContain(verdicts[1]);
  await expectAccessible(tab, "light", 390);

  const file = join(visiting.site.folder, "contest.json");
  const words = command.replace(/^npx actigrad/, "").replace("disc.csv", path);
  const report = join(visiting.site.folder, "contest.html");
  const line = `node src/app/cli/run.mjs ${words} --json ${file} --report ${report}`;
  await promisify(execFile)("sh", ["-c", line]);
  const other = readResult(readFileSync(file, "utf8"), file);
  expect(timeless(whole)).toEqual(timeless(other));
  const differences = diffContests(other.results.contest!, whole.results.contest!);
  expect(differences.map(({ adjusted }) => adjusted)).toEqual([1, 1]);

  // After a reload the files are gone; the result is not.
  const answer = await tab.text("#contest-answer");
  await tab.page.reload();
  await tab.page.waitForSelector("#contest-answer");
  expect(await tab.text("#contest-answer")).toBe(answer);
  await tab.page.select("select[name=language]", "ko");
  await tab.page.waitForFunction(() =>
    document.getElementById("contest-answer")?.innerText.startsWith("추천"),
  );
  await expectAccessible(tab, "dark", 1280);
}, 900_000);
