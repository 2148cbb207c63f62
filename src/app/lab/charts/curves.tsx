import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { curveData } from "../data/curve-data.ts";
import type { RaceResults } from "../data/results.ts";
import type { Dictionary } from "../i18n/index.ts";
import type { View } from "../link.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { short } from "./format.ts";
import { drawLineEnds, isWide, roomFor } from "./line-ends.ts";
import type { LabState } from "../page/state.ts";
import { type Stroke, canvasColour, strokeOf } from "./strokes.ts";

/** The live curves: median, the band of the middle half, and faint curves of each seed behind. */
export default function Curves({ results, view }: { results: RaceResults; view: View }) {
  const lab = useLab();
  const words = useWords();
  const theme = useLabState(() => document.documentElement.dataset["theme"]);
  const host = useRef<HTMLDivElement>(null);
  const focus = useRef<(name: string | undefined) => void>(() => undefined);
  const hovered = useLabState((state) => state.hovered);
  useEffect(() => focus.current(hovered), [hovered]);
  const pinned = useLabState((state) => state.pinned);
  useEffect(() => {
    const element = host.current!;
    let plot: uPlot | undefined;
    let [layout, drawn] = ["", -1];
    const paint = (): void => {
      if (results.version === drawn || document.hidden) return;
      drawn = results.version;
      const { x, curves } = curveData(results, view);
      const columns = curves.flatMap(({ median, low, high, raw }) => [low, high, ...raw, median]);
      const now = curves.map(({ raw }) => raw.length).join();
      const data = [x, ...columns] as unknown as uPlot.AlignedData;
      if (plot === undefined || now !== layout) {
        plot?.destroy();
        layout = now;
        const rawRuns = curves.map(({ raw }) => raw.length);
        const strokes = coloursOn(element, lab.state.value, results);
        const onHover = (place: number | undefined): void =>
          lab.state.patch({ hovered: place === undefined ? undefined : results.setup.activations[place] });
        plot = new uPlot(
          optionsOf(element, results, view, { rawRuns, strokes, words, onHover }),
          data,
          element,
        );
        const medians = mediansOf(rawRuns);
        focus.current = (name) => {
          strokes.splice(0, strokes.length, ...coloursOn(element, lab.state.value, results));
          const place = name === undefined ? -1 : results.setup.activations.indexOf(name);
          plot?.setSeries(medians[place] ?? null, { focus: true }, false);
        };
      } else setData(plot, data);
    };
    paint();
    const stop = lab.onPaint(paint);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const repaint = (): void => {
      plot?.destroy();
      plot = undefined;
      drawn = -1;
      paint();
    };
    dark.addEventListener("change", repaint);
    let wide = isWide(element);
    const resize = new ResizeObserver(() => {
      if (wide === isWide(element)) return plot?.setSize(sizeOf(element));
      wide = !wide; // with names at the ends, or without
      repaint();
    });
    resize.observe(element);
    return () => {
      stop();
      resize.disconnect();
      dark.removeEventListener("change", repaint);
      plot?.destroy();
    };
  }, [lab, results, view, words, theme, pinned]);
  const about = words.chart.about(words.chart[view.y], words.chart[view.x]);
  return <div class="plot" ref={host} role="img" aria-label={about} />;
}

/** Gives a plot other data; where a visitor has zoomed in, it stays there. */
function setData(plot: uPlot, data: uPlot.AlignedData): void {
  const [before] = plot.data;
  const { min, max } = plot.scales["x"]!;
  if (typeof min !== "number" || typeof max !== "number" || (min <= before[0]! && max >= before.at(-1)!))
    return plot.setData(data);
  plot.setData(data, false);
  plot.setScale("x", { min, max });
}

const sizeOf = (element: Element): { width: number; height: number } => ({
  width: Math.max(200, element.clientWidth),
  height: Math.max(220, Math.min(420, element.clientWidth * 0.55)),
});

/** What determines the chart's options besides results and view. */
interface Drawing {
  /** How many seeds' curves to draw per activation. */
  readonly rawRuns: readonly number[];
  /** One per activation; changed in place when the pointer moves. */
  readonly strokes: readonly Stroke[];
  readonly words: Dictionary;
  readonly onHover: (place: number | undefined) => void;
}

/** Strokes as a canvas takes them. */
const coloursOn = (element: Element, state: LabState, { setup }: RaceResults): Stroke[] =>
  setup.activations.map((name) => {
    const { colour, dash } = strokeOf(state, name);
    return { colour: canvasColour(colour, element), dash };
  });

function optionsOf(
  element: Element,
  { setup }: RaceResults,
  view: View,
  { rawRuns, strokes, words, onHover }: Drawing,
): uPlot.Options {
  const medians = mediansOf(rawRuns);
  const [ink, line] = [canvasColour("var(--faint)", element), canvasColour("var(--line)", element)];
  const bands: uPlot.Band[] = [];
  const series: uPlot.Series[] = [{ label: words.chart[view.x], value: (_, v) => short(v ?? NaN) }];
  const hidden = { show: true, points: { show: false }, spanGaps: true } as const;
  for (const [place, activation] of setup.activations.entries()) {
    const own = (): Stroke => strokes[place]!;
    bands.push({ series: [series.length + 1, series.length], fill: () => faded(own().colour, 0.18) });
    series.push({ ...hidden, width: 0, class: "hidden" }, { ...hidden, width: 0, class: "hidden" });
    for (let r = 0; r < rawRuns[place]!; r++)
      series.push({ ...hidden, stroke: () => faded(own().colour, 0.28), width: 0.75, class: "hidden" });
    series.push({
      ...hidden,
      label: activation.length > 24 ? `${activation.slice(0, 23)}…` : activation,
      stroke: () => own().colour,
      width: 2,
      dash: [...own().dash],
      value: (_, v) => short(v ?? NaN),
    });
  }
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const logY = view.logY && view.y !== "accuracy";
  const ends = setup.activations.map((name, place) => ({
    series: medians[place]!,
    name,
    colour: () => strokes[place]!.colour,
  }));
  const wide = isWide(element);
  return {
    ...sizeOf(element),
    padding: [null, wide ? roomFor(ends) : null, null, null],
    series,
    bands,
    legend: {
      live: true,
      isolate: false,
      markers: {
        dash: (_, series) => {
          const place = medians.indexOf(series);
          return (strokes[place]?.dash ?? []).length > 0 ? "dashed" : "solid";
        },
      },
    },
    cursor: { drag: { x: true, y: false }, points: { show: false }, focus: { prox: 24 } },
    focus: { alpha: 0.25 },
    hooks: {
      draw: [drawLineEnds(wide ? ends : [])],
      setSeries: [
        (plot, series, { show }) => {
          const place = series === null ? -1 : medians.findIndex((last) => last >= series);
          // Band and seeds are shown with their median.
          if (show !== undefined && show !== null && series === medians[place])
            for (let own = (medians[place - 1] ?? 0) + 1; own < series; own++)
              plot.setSeries(own, { show }, false);
          onHover(place < 0 ? undefined : place);
        },
      ],
    },
    scales: {
      x: { time: false, distr: view.logX ? 3 : 1 },
      y: { distr: logY ? 3 : 1, ...(view.y === "accuracy" ? { range: accuracyRange } : {}) },
    },
    axes: [
      { ...axis, label: words.chart[view.x], labelSize: 18, size: 34, labelFont: FONT, font: FONT },
      { ...axis, size: 56, font: FONT, values: (_, ticks) => ticks.map((t) => (t === null ? "" : short(t))) },
    ],
  };
}

/** The series of an activation's median, the last of its own; the first series is x. */
function mediansOf(rawRuns: readonly number[]): readonly number[] {
  let last = 0;
  return rawRuns.map((raw) => (last += 3 + raw));
}

const FONT = "12px system-ui, sans-serif";

const accuracyRange = (_: uPlot, least: number | null, most: number | null): [number, number] => [
  Math.max(0, Math.floor((least ?? 0) * 10) / 10 - 0.02),
  Math.max(0.1, Math.ceil((most ?? 1) * 10) / 10 + 0.02),
];

/** rgb(r, g, b) with an opacity. */
const faded = (colour: string, opacity: number): string =>
  colour.replace("rgb(", "rgba(").replace(")", `, ${opacity})`);
