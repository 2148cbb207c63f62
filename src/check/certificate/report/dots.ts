/** Largest errors as dots on a logarithmic scale: ours, the textbook's, what we and WebNN allow. */
import { html, type Markup } from "../../../report/markup.ts";
import { ulpText } from "../figures.ts";
import type { CaseResult, FormResult } from "../result.ts";
import { along, share, ticks } from "./scale.ts";

/** Pixels of a row. */
const ROW = 20;

const bookText = ({ ulp, broken }: FormResult): string =>
  `${ulpText(ulp.error)}${broken.count > 0 ? "†" : ""}`;

/** A row a case. `of` says which of the two functions. */
export function dotChart(cases: readonly CaseResult[], of: "f" | "slope"): Markup {
  const name = of === "f" ? "f" : "f'";
  const allowed = ({ goals }: CaseResult): number => (of === "f" ? goals.forward : goals.slope);
  const bounded = of === "f" && cases.some(({ webnn }) => webnn !== null && webnn > 0);
  const grid = ticks.map(
    ([value]) => html`<line class="grid" x1="${along(value)}" x2="${along(value)}" y1="0" y2="100%" />`,
  );
  const dot = (colour: "a" | "b", { ulp }: FormResult): Markup =>
    html`<circle class="fill ${colour}" cx="${along(ulp.error)}" cy="50%" r="4.5" />`;
  const rows = cases.map((one) => {
    const { id, webnn, ours, textbook } = one;
    const [own, book] = [ours[of], textbook?.[of]];
    const goal = along(allowed(one));
    const bound =
      of === "f" && webnn !== null && webnn > 0
        ? html`<line class="bound" x1="${along(webnn)}" x2="${along(webnn)}" y1="2" y2="${ROW - 2}" />`
        : undefined;
    const way =
      book === undefined
        ? undefined
        : html`<line
            class="way"
            x1="${along(own.ulp.error)}"
            x2="${along(book.ulp.error)}"
            y1="50%"
            y2="50%"
          />`;
    return html` <span class="name">${id}</span>
      <svg class="track" height="${ROW}">
        ${grid}${way}
        <line class="goal" x1="${goal}" x2="${goal}" y1="0" y2="100%" />
        ${bound}${book === undefined ? undefined : dot("b", book)}${dot("a", own)}
      </svg>
      <span class="value pair"
        ><span>${ulpText(own.ulp.error)}</span><span>${book === undefined ? "" : bookText(book)}</span></span
      >`;
  });
  const axis = ticks.map(([value, text], i) => {
    const anchor = share(value) > 94 ? "end" : "middle";
    return html`<text class="tick${i % 2}" x="${along(value)}" y="14" text-anchor="${anchor}">${text}</text>`;
  });
  const description = cases
    .map(({ id, ours, textbook }) => {
      const other = textbook === null ? "" : `, textbook ${ulpText(textbook[of].ulp.error)}`;
      return `${id} ${ulpText(ours[of].ulp.error)}${other}`;
    })
    .join("; ");
  return html` <figure>
    <figcaption>
      Largest error of ${name} within |x| ≤ 10 in ulp, logarithmic; what is exact or below a tenth lies at the
      left end, what is above a million or not finite at the right. Figures: ours, the textbook's; †: NaN or
      infinity somewhere in float32 where the true value has none.
    </figcaption>
    <p class="legend">
      <span><i class="swatch a"></i>ours</span>
      <span><i class="swatch b"></i>textbook, WGSL's built-ins</span>
      <span><i class="swatch goal"></i>goal</span>
      ${bounded ? html`<span><i class="swatch bound"></i>WebNN's bound</span>` : undefined}
    </p>
    <div class="bars" role="img" aria-label="${`Largest error of ${name} in ulp: ${description}`}">
      ${rows} <span></span><svg class="axis" height="18">${axis}</svg><span></span>
    </div>
  </figure>`;
}
