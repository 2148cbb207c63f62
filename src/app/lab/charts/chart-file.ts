/** The race's chart as a self-contained file: background, title, legend, axes, in the colours of the current theme. */
import { drawFigure } from "../../../report/figure/index.ts";
import type { LinePoint, Lines } from "../../../report/figure/figure.ts";
import { curveData } from "../data/curve-data.ts";
import type { RaceResults } from "../data/results.ts";
import type { Dictionary } from "../i18n/index.ts";
import type { View } from "../link.ts";
import "./figure-sheet.ts";
import { canvasColour } from "./strokes.ts";

/** Size of the drawing in CSS pixels; pixels of a picture per CSS pixel. */
const [WIDTH, SCALE] = [720, 2];

/** The styles that a stylesheet gives a drawing; a program that reads the file may have none. */
const styled = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
];

export function chartSvg(results: RaceResults, view: View, words: Dictionary): string {
  const host = document.createElement("div");
  host.hidden = true;
  host.style.setProperty("--text", "var(--ink)");
  host.style.setProperty("--soft", "var(--faint)");
  const panel = panelOf(results, view, words);
  host.innerHTML = drawFigure({ caption: panel.y.label, panels: [panel] }, "en", WIDTH).text;
  document.body.append(host);
  const svg = host.querySelector("svg")!;
  const all = [svg, ...svg.querySelectorAll("*")];
  for (const element of all) {
    const style = getComputedStyle(element);
    for (const name of styled) element.setAttribute(name, style.getPropertyValue(name));
  }
  for (const element of all) element.removeAttribute("class"); // rules also depend on the elements around it
  const [, , width, height] = svg.getAttribute("viewBox")!.split(" ") as [string, string, string, string];
  const paper = document.createElementNS(svg.namespaceURI, "rect");
  const filling = { width, height, fill: canvasColour("var(--raised)", host) };
  for (const [name, value] of Object.entries(filling)) paper.setAttribute(name, value);
  svg.prepend(paper);
  for (const [name, value] of Object.entries({ width, height })) svg.setAttribute(name, value);
  host.remove();
  return new XMLSerializer().serializeToString(svg);
}

export async function chartPng(results: RaceResults, view: View, words: Dictionary): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(chartSvg(results, view, words))}`;
  await image.decode();
  const picture = new OffscreenCanvas(image.width * SCALE, image.height * SCALE);
  picture.getContext("2d")!.drawImage(image, 0, 0, picture.width, picture.height);
  return picture.convertToBlob();
}

function panelOf(results: RaceResults, view: View, words: Dictionary): Lines {
  const { dataset, hidden, model, activations } = results.setup;
  const { x, curves } = curveData(results, view);
  const same = (text: string): { en: string; ko: string } => ({ en: text, ko: text });
  const network = model === "mlp" ? hidden.join(", ") : model;
  return {
    kind: "lines",
    title: same([words.chart[view.y], dataset.slice(0, 40), network, words.chart.median].join(" · ")),
    x: { label: same(words.chart[view.x]), log: view.logX },
    y: {
      label: same(words.chart[view.y]),
      log: view.logY && view.y !== "accuracy",
      percent: view.y === "accuracy",
    },
    series: curves.map(({ median, low, high }, place) => ({
      name: activations[place]!,
      points: x.flatMap((at, i): LinePoint[] => {
        const [middle, least, most] = [median[i] ?? null, low[i] ?? null, high[i] ?? null];
        if (middle === null) return [];
        return [least === null || most === null ? [at, middle] : [at, middle, least, most]];
      }),
    })),
  };
}
