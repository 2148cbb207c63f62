import { html, type Markup } from "./markup.ts";

export interface LegendItem {
  /** One of the stylesheet's swatches: a series' colour, a goal's dashed line, a bound's bar. */
  readonly colour: "a" | "b" | "goal" | "bound";
  readonly text: string;
}

/** The line above a chart that explains its colours. */
export const legendOf = (items: readonly LegendItem[]): Markup | undefined =>
  items.length === 0
    ? undefined
    : html`<p class="legend">
        ${items.map(({ colour, text }) => html`<span><i class="swatch ${colour}"></i>${text}</span> `)}
      </p>`;
