/** Names at the ends of curves, so that nobody has to look for a colour in the legend. */
import type uPlot from "uplot";
import { spreadOut } from "./spread-out.ts";

/** CSS pixels: between two names, between a curve and its name, of a letter on average, and a plot that has room. */
const [APART, GAP, LETTER, WIDE] = [14, 5, 6.6, 480];
/** Letters of a name. */
const LONGEST = 14;
const FONT = "12px system-ui, sans-serif";

export interface LineEnd {
  /** The series whose end is named. */
  readonly series: number;
  readonly name: string;
  /** By the time it is drawn. */
  colour(): string;
}

const textOf = ({ name }: LineEnd): string =>
  name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;

/** Whether a plot has room for names; on a phone the legend has to do. */
export const isWide = ({ clientWidth }: Element): boolean => clientWidth >= WIDE;

/** CSS pixels for the names right of a plot. */
export const roomFor = (ends: readonly LineEnd[]): number =>
  Math.ceil(Math.max(...ends.map((end) => textOf(end).length)) * LETTER + GAP + 4);

/** uPlot's hook that draws them. */
export const drawLineEnds =
  (ends: readonly LineEnd[]) =>
  (plot: uPlot): void => {
    const { ctx, bbox, data } = plot;
    const ratio = bbox.width / plot.over.clientWidth;
    const most = plot.scales["x"]?.max ?? Infinity;
    const shown = ends.flatMap((end) => {
      const at = data[0].findLastIndex((x, i) => x <= most && Number.isFinite(data[end.series]?.[i]));
      if (at < 0 || plot.series[end.series]?.show !== true) return [];
      const y = plot.valToPos(data[end.series]![at]!, "y", true);
      return Number.isFinite(y) ? [{ end, y }] : [];
    });
    const places = spreadOut(
      shown.map(({ y }) => y),
      APART * ratio,
      [bbox.top, bbox.top + bbox.height],
    );
    ctx.save();
    ctx.font = FONT.replace(/\d+/, (size) => String(Number(size) * ratio));
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    for (const [i, { end }] of shown.entries()) {
      ctx.fillStyle = end.colour();
      ctx.fillText(textOf(end), bbox.left + bbox.width + GAP * ratio, places[i]!);
    }
    ctx.restore();
  };
