import { toJson } from "../../../core/json.ts";
import { useState } from "preact/hooks";
import { short, whole } from "../charts/format.ts";
import { KernelBars } from "../charts/kernel-bars.tsx";
import { download } from "../data/exports.ts";
import { type BenchResult, type Kernels, kernelCsv } from "../data/kernel-result.ts";
import { useWords } from "../page/context.ts";

/** The bench's results: bars, tables, files, and the WGSL that ran. */
export function KernelFigures({ kernels, result }: { kernels: Kernels; result: BenchResult }) {
  const words = useWords().kernel;
  const { rows, copy } = kernels;
  const name = `actigrad-kernels-${result.date.slice(0, 10)}`;
  return (
    <div class="figures">
      {!result.complete && <p class="notice">{words.incomplete}</p>}
      <div class="card">
        <p>{words.about(whole(kernels.elements), copy === undefined ? "–" : short(copy.gbPerSecond))}</p>
        <KernelBars kernels={kernels} />
        <div class="takeaway">
          <button
            id="kernel-json"
            type="button"
            onClick={() => download(`${name}.json`, toJson(result), "application/json")}
          >
            JSON
          </button>
          <button
            id="kernel-csv"
            type="button"
            onClick={() => download(`${name}.csv`, kernelCsv(kernels), "text/csv")}
          >
            CSV
          </button>
          <button
            type="button"
            onClick={() =>
              document
                .querySelector<HTMLCanvasElement>("#kernel-bars")
                ?.toBlob((blob) => blob !== null && download(`${name}.png`, blob))
            }
          >
            PNG
          </button>
        </div>
      </div>
      <div class="card scroll" tabIndex={0} role="group" aria-label={words.times}>
        <table id="kernel-times">
          <caption>{words.times}</caption>
          <thead>
            <tr>
              <th scope="col">{words.activation}</th>
              <th scope="col">{words.forward}</th>
              <th scope="col">GB/s</th>
              <th scope="col">{words.ofCopy}</th>
              <th scope="col">{words.both}</th>
              <th scope="col">GB/s</th>
              <th scope="col">{words.ofCopy}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, forward, forwardBackward }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {[forward, forwardBackward].flatMap((timing, i) =>
                  timing === undefined
                    ? [<td key={i}>–</td>, <td key={`${i}b`}>–</td>, <td key={`${i}c`}>–</td>]
                    : [
                        <td key={i}>
                          {short(timing.ms.median)}{" "}
                          <small>
                            [{short(timing.ms.low)}, {short(timing.ms.high)}]
                          </small>
                        </td>,
                        <td key={`${i}b`}>{short(timing.gbPerSecond)}</td>,
                        <td key={`${i}c`}>{Math.round(timing.ofCopy * 100)} %</td>,
                      ],
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="card scroll" tabIndex={0} role="group" aria-label={words.exact}>
        <table id="kernel-exactness">
          <caption>{words.exact}</caption>
          <thead>
            <tr>
              <th scope="col">{words.activation}</th>
              <th scope="col">{words.forwardUlp}</th>
              <th scope="col">{words.backwardUlp}</th>
              <th scope="col">{words.checked}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, exactness }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{exactness === undefined ? "–" : short(exactness.forwardUlp)}</td>
                <td>{exactness === undefined ? "–" : short(exactness.backwardUlp)}</td>
                <td>{exactness === undefined ? "–" : whole(exactness.checked)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Wgsl kernels={kernels} />
    </div>
  );
}

/** The WGSL of the timed kernels, to read and to copy. */
function Wgsl({ kernels }: { kernels: Kernels }) {
  const words = useWords().kernel;
  const shown = kernels.rows.filter(({ wgsl }) => wgsl !== undefined);
  const [name, setName] = useState(shown.find((row) => row.name !== "identity")?.name ?? "");
  const [copied, setCopied] = useState("");
  const row = shown.find((candidate) => candidate.name === name) ?? shown[0];
  if (row?.wgsl === undefined) return null;
  return (
    <section class="card" aria-labelledby="wgsl-title">
      <h3 id="wgsl-title">{words.wgsl}</h3>
      <div class="view-fields">
        <select
          id="wgsl-of"
          aria-label={words.activation}
          value={row.name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        >
          {shown.map((candidate) => (
            <option key={candidate.name} value={candidate.name} selected={candidate.name === row.name}>
              {candidate.name}
            </option>
          ))}
        </select>
        <span role="status">{copied}</span>
      </div>
      {row.wgsl.map(({ label, text }) => (
        <details key={label} open>
          <summary>{label}</summary>
          <button
            type="button"
            onClick={() =>
              void navigator.clipboard
                ?.writeText(text)
                .then(() => setCopied(words.copied))
                .catch(() => setCopied(words.select))
            }
          >
            {words.copy}
          </button>
          <pre class="code" tabIndex={0} aria-label={label}>
            {text}
          </pre>
        </details>
      ))}
    </section>
  );
}
