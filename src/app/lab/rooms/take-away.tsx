import { useEffect } from "preact/hooks";
import { download, raceCsv, raceJson } from "../data/exports.ts";
import { viewOf } from "../link.ts";
import { useLab, useLabState, usePaint, useWords } from "../page/context.ts";
import { CopyButtons, useCopy } from "./copy.tsx";

/** The race as a link, as a command line, as files. */
export function TakeAway() {
  usePaint(1000); // there is something to take away from the first step on
  const lab = useLab();
  const words = useWords();
  const results = useLabState((state) => state.results);
  const view = useLabState((state) => state.view);
  const [copy, copied] = useCopy();
  const name = `actigrad-race-${(results?.date ?? "").slice(0, 10)}`;
  const empty = results === undefined || results.step === 0;
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind === "saved") download(`${name}.safetensors`, new Blob([event.bytes]));
      }),
    [lab, name],
  );
  const model = (): void => {
    if (results === undefined) return;
    const runner = results.leader;
    const { columns } = results.best(results.runners[runner]!);
    lab.send({ kind: "save", runner, columns });
  };
  const chart = async (kind: "png" | "svg"): Promise<void> => {
    if (results === undefined) return;
    const { chartPng, chartSvg } = await import("../charts/chart-file.ts");
    const drawn = [results, viewOf(view, results.facts.kind), words] as const;
    if (kind === "png") download(`${name}.png`, await chartPng(...drawn));
    else download(`${name}.svg`, chartSvg(...drawn), "image/svg+xml");
  };
  return (
    <div class="takeaway">
      <CopyButtons copy={copy} command={() => lab.commandLine()} />
      <span class="group" role="group" aria-label={words.transport.export}>
        <span>{words.transport.export}</span>
        <button
          id="export-json"
          type="button"
          disabled={empty}
          onClick={() =>
            results &&
            void raceJson(results).then((json) => download(`${name}.json`, json, "application/json"))
          }
        >
          {words.exports.json}
        </button>
        <button
          id="export-csv"
          type="button"
          disabled={empty}
          onClick={() => results && download(`${name}.csv`, raceCsv(results), "text/csv")}
        >
          {words.exports.csv}
        </button>
        {(["png", "svg"] as const).map((kind) => (
          <button
            key={kind}
            id={`export-${kind}`}
            type="button"
            disabled={empty}
            onClick={() => void chart(kind)}
          >
            {words.exports[kind]}
          </button>
        ))}
        <button id="export-model" type="button" disabled={empty || !lab.live} onClick={model}>
          {words.exports.model}
        </button>
      </span>
      {copied}
    </div>
  );
}
