/** Errors over x: a small chart for each activation, ours and the textbook's. */
import { at, html, type Markup } from "../../../report/markup.ts";
import { ulpText } from "../figures.ts";
import { type CaseResult, CURVE_BINS, type FormResult } from "../result.ts";
import { share } from "./scale.ts";

const height = (error: number): string => at(100 - share(error));

/** A point in the middle of each bin. */
const line = ({ curve }: FormResult): string =>
  curve.map((error, i) => `${at(((i + 0.5) * 100) / CURVE_BINS)},${height(error)}`).join(" ");

/** One chart a case that has a textbook form. `of` says which of the two functions. */
export function errorCurves(cases: readonly CaseResult[], of: "f" | "slope"): Markup | undefined {
  const known = cases.filter(({ textbook }) => textbook !== null);
  if (known.length === 0) return undefined;
  const name = of === "f" ? "f" : "f'";
  const levels = [1, 1e3, 1e6].map((value, i) => {
    const y = `${height(value)}%`;
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" />
      <text x="-5" y="${y}" dy="4" text-anchor="end">${["1", "10³", "10⁶"][i]}</text>`;
  });
  const charts = known.map(({ id, goals, ours, textbook }) => {
    const [own, book] = [ours[of], textbook![of]];
    const goal = `${height(of === "f" ? goals.forward : goals.slope)}%`;
    const label = `${id}, ${name}: ours at most ${ulpText(own.ulp.error)} ulp, textbook ${ulpText(book.ulp.error)}`;
    return html` <div class="curve" role="img" aria-label="${label}">
      <p><b>${id}</b></p>
      <svg height="104">
        <svg height="90">
          ${levels}
          <line class="goal" x1="0" x2="100%" y1="${goal}" y2="${goal}" />
          <svg viewBox="0 0 100 100" preserveAspectRatio="none">
            <polyline class="line b" vector-effect="non-scaling-stroke" points="${line(book)}" />
            <polyline class="line a" vector-effect="non-scaling-stroke" points="${line(own)}" />
          </svg>
        </svg>
        <text x="0" y="102">-10</text>
        <text x="50%" y="102" text-anchor="middle">0</text>
        <text x="100%" y="102" text-anchor="end">10</text>
      </svg>
    </div>`;
  });
  return html` <figure>
    <figcaption>
      Largest error of ${name} in each eightieth of [-10, 10], in ulp,
      logarithmic${of === "slope" ? "; beside zeros of f' in units of 2⁻²⁵, of which 8 are allowed there too" : ""}.
      Blue: ours; orange: the textbook's; broken line: the goal.
    </figcaption>
    <div class="curves">${charts}</div>
  </figure>`;
}
