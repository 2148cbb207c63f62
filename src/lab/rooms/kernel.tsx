import { useEffect, useState } from "preact/hooks";
import type { OptionsOf, ResultOf } from "../../jobs/index.ts";
import type { ErrorRecord } from "../../jobs/job.ts";
import { short, whole } from "../charts/format.ts";
import { KernelBars } from "../charts/kernel-bars.tsx";
import { download } from "../data/exports.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";

type Result = ResultOf<"bench">;
export type Kernels = NonNullable<Result["results"]["kernels"]>["sizes"][number];

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly doing: string; readonly secondsLeft: number }
  | { readonly kind: "failed"; readonly error: ErrorRecord };

/** The benchmark of the activations on this GPU: how fast, how exact, and the WGSL that ran. */
export default function KernelRoom() {
  const lab = useLab();
  const words = useWords().kernel;
  const chosen = useLabState(({ experiment }) => experiment.activations);
  const catalogue = useLabState((state) => state.catalogue);
  const gpu = useLabState((state) => state.gpu);
  const [all, setAll] = useState(false);
  const [state, setState] = useState<State>({ kind: "idle" });
  const [result, setResult] = useState<Result | undefined>();
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind === "bench") setState({ kind: "running", ...event.event });
        else if (event.kind === "benched") {
          setState({ kind: "idle" });
          setResult(event.result);
        } else if (event.kind === "bench-failed") setState({ kind: "failed", error: event.error });
      }),
    [lab],
  );
  const names = (catalogue?.activations ?? []).map(({ name }) => name);
  const activations = all ? names : ["identity", ...chosen.filter((name) => names.includes(name))];
  const start = (): void => {
    const software = gpu.kind === "ready" && gpu.adapter.software;
    setState({ kind: "running", doing: "", secondsLeft: NaN });
    const options = optionsFor([...new Set(activations)], software);
    lab.send({ kind: "bench", options, host: hostName() });
  };
  const kernels = result?.results.kernels?.sizes[0];
  const running = state.kind === "running";
  return (
    <section aria-label={words.title}>
      <div class="view-fields">
        <button
          id="bench"
          class="primary"
          type="button"
          disabled={gpu.kind !== "ready" || catalogue === undefined}
          onClick={() => (running ? lab.send({ kind: "stop-bench" }) : start())}
        >
          {running ? words.stop : words.start}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={({ currentTarget }) => setAll(currentTarget.checked)}
          />
          {words.all(names.length)}
        </label>
        <span role="status">
          {running &&
            words.doing(state.doing, Number.isFinite(state.secondsLeft) ? Math.ceil(state.secondsLeft) : 0)}
        </span>
      </div>
      {state.kind === "failed" && (
        <p class="warning" role="alert">
          {state.error.message}
        </p>
      )}
      {kernels === undefined || result === undefined ? (
        <p class="empty">{words.empty}</p>
      ) : (
        <Figures kernels={kernels} result={result} />
      )}
    </section>
  );
}

/** A look, not a measurement for the record: that is what the command line's bench is for. */
const optionsFor = (activations: readonly string[], software: boolean): OptionsOf<"bench"> => ({
  quick: true,
  suites: {
    kernels: {
      activations,
      elements: [software ? 1 << 18 : 1 << 22],
      rounds: 7,
      sampleMs: software ? 10 : 20,
    },
  },
});

const hostName = (): string =>
  /(?:Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? "a browser";

function Figures({ kernels, result }: { kernels: Kernels; result: Result }) {
  const words = useWords().kernel;
  const { rows, copy } = kernels;
  const name = `actigrad-kernels-${result.date.slice(0, 10)}`;
  return (
    <>
      {!result.complete && <p class="notice">{words.incomplete}</p>}
      <p>{words.about(whole(kernels.elements), copy === undefined ? "–" : short(copy.gbPerSecond))}</p>
      <KernelBars kernels={kernels} />
      <div class="takeaway">
        <button
          id="kernel-json"
          type="button"
          onClick={() => download(`${name}.json`, JSON.stringify(result), "application/json")}
        >
          JSON
        </button>
        <button
          id="kernel-csv"
          type="button"
          onClick={() => download(`${name}.csv`, csvOf(kernels), "text/csv")}
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
      <div class="scroll" tabIndex={0} role="group" aria-label={words.times}>
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
      <div class="scroll" tabIndex={0} role="group" aria-label={words.exact}>
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
    </>
  );
}

function csvOf({ elements, rows }: Kernels): string {
  const lines = ["activation,elements,pass,ms,ms_low,ms_high,gb_per_second,of_copy,ulp"];
  for (const { name, forward, forwardBackward, exactness } of rows) {
    for (const [pass, timing, ulp] of [
      ["forward", forward, exactness?.forwardUlp],
      ["forward+backward", forwardBackward, exactness?.backwardUlp],
    ] as const) {
      if (timing === undefined) continue;
      const { ms, gbPerSecond, ofCopy } = timing;
      lines.push(
        [name, elements, pass, ms.median, ms.low, ms.high, gbPerSecond, ofCopy, ulp ?? ""].join(","),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The text of the kernels that were timed, to read and to copy. */
function Wgsl({ kernels }: { kernels: Kernels }) {
  const words = useWords().kernel;
  const shown = kernels.rows.filter(({ wgsl }) => wgsl !== undefined);
  const [name, setName] = useState(shown.find((row) => row.name !== "identity")?.name ?? "");
  const [copied, setCopied] = useState("");
  const row = shown.find((candidate) => candidate.name === name) ?? shown[0];
  if (row?.wgsl === undefined) return null;
  return (
    <section aria-labelledby="wgsl-title">
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
