import { useEffect, useState } from "preact/hooks";
import { CurveTable } from "../charts/curve-table.tsx";
import { Ranking } from "../charts/ranking.tsx";
import type { RaceResults } from "../data/results.ts";
import { type View, shownBy, viewOf } from "../link.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { useLater } from "../page/later.ts";
import { Field } from "./field.tsx";
import { Stage } from "./stage.tsx";
import { VerdictBar } from "./verdict-bar.tsx";

/** The chart appears below the lanes after this many steps, when there is a curve to draw. */
const LEAST_STEPS = 3;
const loadCurves = () => import("../charts/curves.tsx");

/** The curves and the ranking of the race. */
export function RaceRoom() {
  const words = useWords();
  const results = useLabState((state) => state.results);
  const chosen = useLabState((state) => state.view);
  const kind = results?.facts.kind ?? "classes";
  const view = viewOf(chosen, kind);
  return (
    <>
      <VerdictBar />
      <Stage />
      <section class="card" aria-label={words.chart[view.y]}>
        <ViewFields view={view} ys={shownBy(kind)} />
        {results === undefined ? (
          <p class="empty inset">{words.chart.empty}</p>
        ) : (
          <figure>
            <Chart results={results} view={view} />
            <figcaption>
              {words.chart[view.y]}: {words.chart.median}
            </figcaption>
            <CurveTable results={results} view={view} />
          </figure>
        )}
      </section>
      {results !== undefined && <Ranking results={results} />}
    </>
  );
}

function Chart({ results, view }: { results: RaceResults; view: View }) {
  const Curves = useLater(useSteps(results) ? loadCurves : undefined);
  return Curves === undefined ? <div class="plot" /> : <Curves results={results} view={view} />;
}

/** Whether there is a curve to draw; checked until there is. */
function useSteps(results: RaceResults): boolean {
  const lab = useLab();
  const [, render] = useState(0);
  const enough = results.step >= LEAST_STEPS;
  useEffect(
    () => (enough ? undefined : lab.onPaint(() => results.step >= LEAST_STEPS && render((n) => n + 1))),
    [lab, results, enough],
  );
  return enough;
}

function ViewFields({ view, ys }: { view: View; ys: readonly View["y"][] }) {
  const lab = useLab();
  const words = useWords().chart;
  return (
    <div class="view-fields">
      <Field label={words.y}>
        {(id) => (
          <select
            id={id}
            name="y"
            value={view.y}
            onChange={({ currentTarget }) => lab.look({ y: currentTarget.value as typeof view.y })}
          >
            {ys.map((y) => (
              <option key={y} value={y} selected={y === view.y}>
                {words[y]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.x}>
        {(id) => (
          <select
            id={id}
            name="x"
            value={view.x}
            onChange={({ currentTarget }) => lab.look({ x: currentTarget.value as typeof view.x })}
          >
            {(["step", "seconds"] as const).map((x) => (
              <option key={x} value={x} selected={x === view.x}>
                {words[x]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(["logX", "logY", "raw"] as const).map((key) => (
        <label key={key} class="check">
          <input
            type="checkbox"
            checked={view[key]}
            onChange={({ currentTarget }) => lab.look({ [key]: currentTarget.checked })}
          />
          {words[key]}
        </label>
      ))}
      <Field label={words.smooth} row>
        {(id) => (
          <input
            id={id}
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={view.smooth}
            onInput={({ currentTarget }) => lab.look({ smooth: Number(currentTarget.value) })}
          />
        )}
      </Field>
    </div>
  );
}
