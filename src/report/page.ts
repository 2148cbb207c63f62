/** The frame of a report: one self-contained HTML file, without scripts or network. */
import type { AdapterInfo } from "../core/adapter.ts";
import type { Language } from "../core/text.ts";
import { Markup, html } from "./markup.ts";
import { adapterName, dateText, duration } from "./numbers.ts";
import { style } from "./style.ts";

export interface Page {
  readonly language?: Language;
  /** Title of the tab. */
  readonly title: string;
  readonly heading: string;
  /** The subject of the report, in a sentence. */
  readonly about: string;
  /** By whom and when it was made. */
  readonly facts: readonly Fact[];
  /** What a reader must know before any numbers. */
  readonly warnings: readonly string[];
  readonly body: readonly Markup[];
}

export type Fact = readonly [name: string, value: string];

export const pageHtml = ({ language = "en", title, heading, about, facts, warnings, body }: Page): string =>
  html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${heading}</h1>
          <p class="soft">${about}</p>
          ${
            facts.length === 0
              ? undefined
              : html`<dl>
                  ${facts.map(
                    ([name, value]) =>
                      html`<dt>${name}</dt>
                        <dd>${value}</dd>`,
                  )}
                </dl>`
          }
          ${warnings.map((text) => html`<p class="warning">${text}</p>`)} ${body}
        </main>
      </body>
    </html> `.text;

/** What was run where and when. */
export interface Run {
  readonly adapter: AdapterInfo;
  readonly host: string;
  /** ISO 8601 */
  readonly date: string;
  readonly seconds: number;
}

const english = {
  adapter: "Adapter",
  software: "software",
  host: "Host",
  date: "Date",
  took: (date: string, time: string): string => `${date}, took ${time}`,
};

export const runFacts = ({ adapter, host, date, seconds }: Run, words: typeof english = english): Fact[] => [
  [words.adapter, `${adapterName(adapter)}${adapter.software ? ` (${words.software})` : ""}`],
  [words.host, host],
  [words.date, words.took(dateText(date), duration(seconds))],
];

export const bulletList = (items: readonly string[]): Markup =>
  html`<ul>
    ${items.map((text) => html`<li>${text}</li>`)}
  </ul>`;

export const nothingReached = html`<p>The run was stopped before anything finished.</p>`;
