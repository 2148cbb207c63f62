/** Loss over steps: a small chart for each activation, the others behind it in grey. */
import type { TrainingResult, TrainingRow } from "./result.ts";
import { median, smooth } from "../../src/core/statistics.ts";
import { logTicks } from "../../src/report/bars.ts";
import { at, html, type Markup } from "../../src/report/markup.ts";

/** Points that a curve has at most: more would not be seen. */
const POINTS = 160;

interface Point {
  readonly step: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Smoothed losses of all replicas at up to POINTS steps, as long as every replica's is finite. */
export function curveOf({ losses }: TrainingRow, width: number): Point[] {
  const smoothed = losses.map((replica) => smooth(replica, width));
  const length = Math.min(...smoothed.map((replica) => replica.length));
  const count = Math.min(POINTS, length);
  const points: Point[] = [];
  for (let i = 0; i < count; i++) {
    const step = count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1));
    const values = smoothed.map((replica) => replica[step] ?? null);
    if (values.includes(null)) break;
    const known = values.filter((v) => v !== null);
    points.push({ step, median: median(known), low: Math.min(...known), high: Math.max(...known) });
  }
  return points;
}

/** Steps over which the drawn losses are averaged. */
export const smoothing = (steps: number): number => Math.max(1, Math.round(steps / 60));

export function lossCurves(training: TrainingResult): Markup | undefined {
  const { rows, steps, seeds } = training;
  const curves = rows.map((row) => ({ row, points: curveOf(row, smoothing(steps)) }));
  const all = curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
  const positive = all.filter((loss) => loss > 0);
  if (positive.length === 0) return undefined;
  const [from, to] = [Math.log10(Math.min(...positive)), Math.log10(Math.max(...positive)) + 0.02];
  const y = (loss: number): string =>
    at(100 - (100 * (Math.log10(Math.max(loss, 10 ** from)) - from)) / Math.max(to - from, 1e-6));
  const x = (step: number): string => at((100 * step) / Math.max(1, steps - 1));

  const line = (points: readonly Point[], of: (p: Point) => number): string =>
    points.map((p) => `${x(p.step)},${y(of(p))}`).join(" ");
  const definitions = curves.map(
    ({ points }, i) =>
      // Attributes, not style: a rule that names where the line stands does not reach its copies.
      html`<polyline
        id="curve${i}"
        fill="none"
        vector-effect="non-scaling-stroke"
        points="${line(points, (p) => p.median)}"
      />`,
  );
  const ticks = logTicks(from, to);
  const charts = curves.map(({ row, points }, i) => {
    const others = curves.map((_, k) => (k === i ? html`` : html`<use href="#curve${k}" />`));
    const band = `${line(points, (p) => p.high)} ${line(points.toReversed(), (p) => p.low)}`;
    const grid = ticks.map(
      (tick) =>
        html`<line class="grid" x1="0" x2="100%" y1="${y(tick)}%" y2="${y(tick)}%" />
          <text x="-5" y="${y(tick)}%" dy="4" text-anchor="end">${tick}</text>`,
    );
    const last =
      row.trainLoss?.median.toFixed(3) ?? (row.divergedAt.some((d) => d !== null) ? "diverged" : "–");
    return html` <div class="curve" role="img" aria-label="${row.name}: training loss ends at ${last}">
      <p><b>${row.name}</b> <span>${last}</span></p>
      <svg height="120">
        ${grid}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          <g class="others">${others}</g>
          <polygon class="band" points="${band}" />
          <use class="own" href="#curve${i}" />
        </svg>
      </svg>
    </div>`;
  });
  const width = smoothing(steps);
  const averaged = width === 1 ? "" : `, averaged over ${width} steps`;
  const band = seeds.length > 1 ? `; line: median of ${seeds.length} seeds, band: least to greatest` : "";
  return html` <figure>
    <figcaption>
      Training loss (logarithmic) from step 1 to ${steps}${averaged}${band}; grey: the other activations.
      Beside the name: the mean of the last ${training.lastSteps} steps.
    </figcaption>
    <svg class="hidden" aria-hidden="true"><defs>${definitions}</defs></svg>
    <div class="curves">${charts}</div>
  </figure>`;
}
