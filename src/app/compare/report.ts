/** The report of a comparison. */
import type { Spread } from "../../core/statistics.ts";
import { type BarRow, barChart } from "../../report/bars.ts";
import { type Markup, html } from "../../report/markup.ts";
import { nothingReached, pageHtml, runFacts } from "../../report/page.ts";
import { linearTicks } from "../../report/scale.ts";
import { tableSection } from "../../report/table.ts";
import { describeData } from "../../index.ts";
import type { CompareResult } from "./result.ts";
import { listed, ratesTable, shown, signed, standingsTable, verdictOf } from "./table.ts";

/** @param date ISO 8601 */
export function reportHtml(result: CompareResult, date: string): string {
  const names = result.entries.map(({ name }) => name);
  const about = `The same network with each activation at its own best learning rate: ${listed(names)}.`;
  return pageHtml({
    title: "actigrad compare",
    heading: `Which activation for ${result.data.name}?`,
    about,
    facts: [
      ...runFacts({ ...result, date }),
      ["Network", result.network],
      ["Data", describeData(result.data)[0]!],
    ],
    warnings: result.complete ? [] : ["Incomplete: it was stopped; these had been reached."],
    body:
      result.entries.length === 0
        ? [nothingReached]
        : [
            ...verdictOf(result).map((text) => html`<p>${text}</p>`),
            scoresChart(result),
            ...differencesChart(result),
            tableSection(standingsTable(result)),
            tableSection(ratesTable(result)),
          ],
  });
}

function scoresChart(result: CompareResult): Markup {
  const { name, show } = shown(result);
  return dots(
    `Test ${name} at the best rate: median, least and greatest of the seeds.`,
    result.standings.rows.map((row) => ({
      name: row.name,
      marks: [{ colour: "a", spread: row.test, text: show(row.test.median) }],
    })),
    show,
  );
}

/** Differences with their intervals, where there are two of either. */
function differencesChart(result: CompareResult): Markup[] {
  const { show } = shown(result);
  const { rows, against } = result.standings;
  const told = rows.flatMap(({ name, difference }): BarRow[] => {
    if (difference === null || !("low" in difference)) return [];
    const { mean: median, low, high } = difference;
    return [{ name, marks: [{ colour: "b", spread: { median, low, high }, text: signed(show(median)) }] }];
  });
  if (told.length === 0) return [];
  return [dots(`Difference to ${against}, with its interval: what reaches 0 may be none.`, told, show, 0)];
}

function dots(
  caption: string,
  rows: readonly BarRow[],
  show: (value: number) => string,
  line?: number,
): Markup {
  const spreads = rows.flatMap(({ marks }) => marks.map(({ spread }): Spread => spread));
  const ends = [...spreads.flatMap(({ low, high }) => [low, high]), ...(line === undefined ? [] : [line])];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.05 * (most - least || Math.abs(most) || 1);
  const [from, to] = [least - room, most + room];
  return barChart({
    caption,
    description: `${caption} ${rows.map(({ name, marks }) => `${name} ${marks[0]!.text}`).join(", ")}`,
    from,
    to,
    ticks: linearTicks(from, to, 5),
    showTick: show,
    ...(line !== undefined && { lines: [{ at: line, colour: "a" }] }),
    kind: "dot",
    rows,
  });
}
