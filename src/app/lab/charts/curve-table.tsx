import { useState } from "preact/hooks";
import { curveData } from "../data/curve-data.ts";
import type { RaceResults } from "../data/results.ts";
import type { View } from "../link.ts";
import { usePaint, useWords } from "../page/context.ts";
import { short } from "./format.ts";

/** Points of the curves in the table. */
const ROWS = 10;

/** The curves as numbers, for screen readers and to read off values. */
export function CurveTable({ results, view }: { results: RaceResults; view: View }) {
  const [open, setOpen] = useState(false);
  const words = useWords().chart;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.table}</summary>
      {open && <Rows results={results} view={view} />}
    </details>
  );
}

function Rows({ results, view }: { results: RaceResults; view: View }) {
  usePaint(1000);
  const words = useWords().chart;
  const { x, curves } = curveData(results, { ...view, logY: false });
  const count = Math.min(ROWS, x.length);
  const at = Array.from({ length: count }, (_, i) =>
    Math.round((i / Math.max(1, count - 1)) * (x.length - 1)),
  );
  const { activations } = results.setup;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={words.table}>
      <table>
        <caption>
          {words[view.y]}: {words.median}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words[view.x]}</th>
            {activations.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {at.map((i) => (
            <tr key={i}>
              <th scope="row">{short(x[i]!)}</th>
              {curves.map(({ median, low, high }, c) => (
                <td key={c}>
                  {short(median[i] ?? NaN)} [{short(low[i] ?? NaN)}, {short(high[i] ?? NaN)}]
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
