/** Tables as data, for terminal and report alike, and as HTML. */
import type { Spread } from "../core/statistics.ts";
import { html, type Markup } from "./markup.ts";

export interface Cell {
  readonly text: string;
  /** "best": the best of its column, or not distinguishable from it. */
  readonly tone?: "best" | "good" | "bad" | undefined;
}
export interface Table {
  readonly title: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

export const none: Cell = { text: "–" };
export const cell = (text: string, tone?: Cell["tone"]): Cell =>
  tone === undefined ? { text } : { text, tone };
export const best = (text: string, is: boolean | undefined): Cell =>
  cell(text, is === true ? "best" : undefined);
export const bad = (text: string, is = true): Cell => cell(text, is ? "bad" : undefined);

/** `[3.41, 3.62]` */
export const interval = ({ low, high }: Spread, show: (value: number) => string): string =>
  `[${show(low)}, ${show(high)}]`;

export function tableHtml({ title, heading, rows, notes }: Table): Markup {
  return html` <div class="wide" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${heading.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html` <tr>
                ${cells.map(({ text, tone }, i) => {
                  if (i === 0) return html`<th scope="row">${text}</th>`;
                  return tone === undefined ? html`<td>${text}</td>` : html`<td class="${tone}">${text}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="notes">${note}</p>`)}`;
}

/** The table with its title above. */
export const tableSection = (table: Table, level: 2 | 3 = 2): Markup =>
  html`${level === 2 ? html`<h2>${table.title}</h2>` : html`<h3>${table.title}</h3>`} ${tableHtml(table)}`;
