import { useEffect, useState } from "preact/hooks";
import type { OptionsOf } from "../../jobs/index.ts";
import type { ErrorRecord } from "../../../host/job.ts";
import type { BenchResult } from "../data/kernel-result.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { hostName } from "../page/host.ts";
import "../styles/kernel.css";
import { KernelFigures } from "./kernel-figures.tsx";

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly doing: string; readonly secondsLeft: number }
  | { readonly kind: "failed"; readonly error: ErrorRecord };

/** The benchmark of the activations on this GPU: speed, exactness, and the WGSL that ran. */
export default function KernelRoom() {
  const lab = useLab();
  const words = useWords().kernel;
  const chosen = useLabState(({ setup }) => setup.activations);
  const catalogue = useLabState((state) => state.catalogue);
  const shapes = useLabState((state) => state.shapes);
  const gpu = useLabState((state) => state.gpu);
  const [all, setAll] = useState(false);
  const [state, setState] = useState<State>({ kind: "idle" });
  const [result, setResult] = useState<BenchResult | undefined>();
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind === "bench") setState({ kind: "running", ...event.event });
        else if (event.kind === "benched") {
          setState({ kind: "idle" });
          setResult(event.result);
        } else if (event.kind === "bench-failed") setState({ kind: "failed", error: event.error });
        else if (event.kind === "died") {
          const error = { code: "device-lost", message: event.message } as const;
          setState((before) => (before.kind === "running" ? { kind: "failed", error } : before));
        }
      }),
    [lab],
  );
  const names = (catalogue?.activations ?? []).map(({ name }) => name);
  // Activations with one input; the bench knows names and formulas, not names with options.
  const elementwise = chosen.filter(
    (text) => shapes.get(text)?.curve !== undefined && !/^\s*\w+\s*:/.test(text),
  );
  const activations = ["identity", ...(all ? names : []), ...elementwise];
  const start = (): void => {
    const software = gpu.kind === "ready" && gpu.adapter.software;
    setState({ kind: "running", doing: "", secondsLeft: NaN });
    const options = optionsFor([...new Set(activations)], software);
    lab.send({ kind: "bench", options, host: hostName() });
  };
  const unknown = chosen.some((text) => !shapes.has(text)); // the worker is still checking a formula
  const kernels = result?.results.activations?.sizes[0];
  const running = state.kind === "running";
  return (
    <section aria-label={words.title}>
      <div class="view-fields card">
        <button
          id="bench"
          class="primary"
          type="button"
          disabled={gpu.kind !== "ready" || catalogue === undefined || unknown}
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
        <KernelFigures kernels={kernels} result={result} />
      )}
    </section>
  );
}

/** A quick look, not a measurement for the record: use the command line's bench for that. */
const optionsFor = (activations: readonly string[], software: boolean): OptionsOf<"bench"> => ({
  quick: true,
  suites: {
    activations: {
      activations,
      elements: [software ? 1 << 18 : 1 << 22],
      rounds: 7,
      sampleMs: software ? 10 : 20,
    },
  },
});
