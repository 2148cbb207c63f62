/** Errors that the page once made. */
import type { Page } from "puppeteer";
import { expect, test } from "vitest";
import { plantedRace } from "./planted.ts";
import { drop, exported, small, visits } from "./visits.ts";

const visiting = visits();

/** The mean colour of a square of the decision surface, [red, green, blue]. */
const colourAt = (page: Page, x: number, y: number): Promise<number[]> =>
  page.$eval(
    "canvas.surface",
    (element, left, top) => {
      const { data } = (element as HTMLCanvasElement).getContext("2d")!.getImageData(left, top, 8, 8);
      return [0, 1, 2].map((c) => data.filter((_, i) => i % 4 === c).reduce((a, b) => a + b, 0) / 64);
    },
    x,
    y,
  );

test("of a grid of rates the best one's networks are shown and can be changed; a grid whose best lies at its edge grows", async () => {
  const tab = await visiting.open(
    small(
      {
        room: "space",
        dataset: "circles:n=100",
        hidden: "16",
        lr: "0.00001,0.03",
        epochs: "120",
        replicas: "5",
      },
      ["tanh", "sigmoid"],
    ),
  );
  const { page } = tab;
  await tab.click("#play");
  await page.waitForFunction(() => document.querySelector(".notice")?.textContent?.includes("grid grew to"));
  await tab.until("done");
  const { setup, facts, runners } = await exported(tab);
  const rates = (setup as { lr: number[] }).lr;
  expect(rates.slice(0, 4)).toEqual([0.00001, 0.03, 0.1, 0.3]); // more where 0.3 was the best of them
  expect(await page.$eval("input[name=lr]", (input) => (input as HTMLInputElement).value)).toBe(
    rates.join(", "),
  );
  expect(facts).toMatchObject({ trainRows: 80, validationRows: 20, columns: 5 * rates.length });
  // The rate with the best mean on the validation rows.
  const { accuracy } = runners[0]!.evaluations.at(-1)!.validation!;
  const sums = rates.map((_, r) => accuracy.slice(5 * r, 5 * r + 5).reduce((a, b) => a + b, 0));
  const said = await tab.text("#looked-at");
  const rate = Number(/^tanh at ([\d.]+), its best so far\.$/.exec(said)?.[1]);
  expect(sums[rates.indexOf(rate)]).toBeCloseTo(Math.max(...sums), 5);
  await page.waitForSelector("canvas.surface");
  const [inside, corner] = [await colourAt(page, 156, 156), await colourAt(page, 2, 2)];
  expect(inside[2]!).toBeGreaterThan(inside[0]!); // the disc's blue
  expect(corner[0]!).toBeGreaterThan(corner[2]!); // the ring's orange
  const picture = (): Promise<string> =>
    page.$eval("canvas.surface", (canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const best = await picture();
  await page.select("select[name=rate]", "0.00001");
  await page.waitForFunction(
    (old) => {
      const canvas = document.querySelector<HTMLCanvasElement>("canvas.surface");
      return canvas !== null && canvas.toDataURL() !== old;
    },
    {},
    best,
  );
  expect(await tab.text("#looked-at")).toBe("tanh at 0.00001.");

  // Beside each other, on one scale.
  await page.select("select[name=rate]", "");
  await page.keyboard.press("2");
  await page.waitForFunction(() => document.querySelectorAll(".heat canvas").length === 2);
  expect(await tab.text("#looked-at")).toMatch(
    /^tanh at .* its best so far\. sigmoid at .* its best so far\.$/,
  );
  const ends = await page.$$eval("article", (all) =>
    all.map((article) => [
      article.querySelector("svg.shape text:last-of-type")!.textContent,
      article.querySelector(".heat + figcaption")!.textContent,
    ]),
  );
  expect(ends[0]).toEqual(ends[1]);

  await page.keyboard.press("1");
  await page.waitForSelector("#judged-by");
  expect(await tab.text("#judged-by")).toMatch(
    /^Judged by 100 test rows: one row counts for 1 %.* 20 other rows/,
  );
});

test("verdicts are the contest's: by losses where all are right, none of who diverged, no place for who learned nothing", async () => {
  const tab = await visiting.open(small({}, ["relu"]));
  const verdicts = async (race: string): Promise<(string | null | undefined)[][]> => {
    await drop(tab.page, [{ name: "race.json", content: race }]);
    await tab.page.waitForFunction(
      (all) =>
        [...document.querySelectorAll<HTMLElement>("#ranking tbody tr")]
          .map(({ dataset }) => dataset["activation"])
          .toSorted()
          .join() === all,
      {},
      Object.values((JSON.parse(race) as { setup: { activations: string[] } }).setup.activations)
        .toSorted()
        .join(),
    );
    return tab.page.$$eval("#ranking tbody tr", (rows) =>
      rows.map((row) => [
        (row as HTMLElement).dataset["activation"],
        row.querySelector("td")!.textContent,
        row.querySelector<HTMLElement>("[data-verdict]")!.dataset["verdict"],
      ]),
    );
  };
  const all = (value: number): number[] => [0, 1, 2, 3, 4].map((i) => value * (1 + 0.01 * i));
  const right = [1, 1, 1, 1, 1];
  expect(
    await verdicts(
      plantedRace({
        gelu: { accuracy: right, loss: all(0.5) },
        silu: { accuracy: right, loss: all(0.001) },
      }),
    ),
  ).toEqual([
    ["silu", "1", "together"],
    ["gelu", "2", "behind"],
  ]);
  expect(
    await verdicts(
      plantedRace({
        relu: { accuracy: [0.5, 0.5, 0.5], loss: all(0.69).slice(2), diverged: [0, 1, 2] },
        elu: { accuracy: [0.6, 0.5, 0.55], loss: all(0.69).slice(2) },
      }),
    ),
  ).toEqual([
    ["elu", "–", "open"],
    ["relu", "–", "diverged"],
  ]);
  expect(
    await verdicts(
      plantedRace({
        tanh: { accuracy: [0.5, 0.5, 0.5, 0.5, 0.5], loss: all(0.69) },
        identity: { accuracy: [0.52, 0.49, 0.5, 0.48, 0.5], loss: all(0.7) },
      }),
    ),
  ).toEqual([
    ["tanh", "–", "nothing"],
    ["identity", "–", "nothing"],
  ]);
});

test("values are learned in scale and told in their own units; what does not apply cannot be chosen", async () => {
  const tab = await visiting.open(small({ epochs: "60", batch: "48", hidden: "16", lr: "0.02" }, ["tanh"]));
  const { page } = tab;
  const rows = Array.from({ length: 80 }, (_, i) => {
    const [a, b] = [Math.sin(i * 1.7), Math.cos(i * 2.3)];
    return `${a},${b},${250_000 + 40_000 * (a + 2 * b)}`;
  });
  await drop(page, [{ name: "houses.csv", content: `a,b,price\n${rows.join("\n")}\n` }]);
  await page.waitForFunction(() => location.hash.includes("houses.csv"));
  await tab.click("#play");
  await tab.until("done");
  const { facts, runners } = await exported(tab);
  expect(facts).toMatchObject({ kind: "values", dataset: "houses.csv:targets=standardise", testRows: 16 });
  const { rmse, accuracy } = runners[0]!.evaluations.at(-1)!;
  expect(accuracy).toEqual([]);
  const first = runners[0]!.losses[0]!;
  expect(first[0]!).toBeLessThan(20); // of targets of deviation 1
  expect(facts.chance).toBeGreaterThan(40_000);
  for (const error of rmse) {
    expect(error).toBeGreaterThan(100);
    expect(error).toBeLessThan(facts.chance);
  }
  expect(await tab.text("#ranking thead")).toContain("Test error (RMSE)");
  const choices = await page.$$eval("select[name=y] option", (all) =>
    all.map((option) => (option as HTMLOptionElement).value),
  );
  expect(choices).toEqual(["loss", "testLoss", "rmse"]);
  const unfit = ["input[name=target]", "select[name=model] option[value=cnn]"];
  for (const selector of unfit) expect(await page.$(`${selector}:disabled`), selector).not.toBeNull();
});
