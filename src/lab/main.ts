/** The page: shows the adapter and trains one small network live, three seeds in one recorded step. */
import {
  ActigradError,
  type Dataset,
  type Gpu,
  Trainer,
  activations,
  adam,
  crossEntropy,
  device,
  findActivation,
  loadDataset,
  mlp,
} from "../index.ts";
import { drawCurves, drawSurface } from "./draw.ts";

const SEEDS = [0, 1, 2];
const STEPS = 1500;
/** Points of the decision surface along one side. */
const GRID = 60;

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const [activation, dataset] = [
  element<HTMLSelectElement>("activation"),
  element<HTMLSelectElement>("dataset"),
];
const [button, state] = [element<HTMLButtonElement>("run"), element("state")];

let abort: AbortController | undefined;

function fill(select: HTMLSelectElement, names: readonly string[], chosen: string): void {
  select.replaceChildren(...names.map((name) => new Option(name, name, name === chosen, name === chosen)));
}

/** The centres of a grid over [-1.2, 1.2]^2, row by row from the top. */
const gridPoints = Float32Array.from({ length: GRID * GRID * 2 }, (_, i) => {
  const cell = i >> 1;
  const at = i % 2 === 0 ? cell % GRID : GRID - 1 - Math.floor(cell / GRID);
  return -1.2 + (2.4 * (at + 0.5)) / GRID;
});

async function train(gpu: Gpu, data: Dataset, signal: AbortSignal): Promise<void> {
  const record = findActivation(activation.value);
  const outputs = data.kind === "classes" ? data.classes : data.width;
  const trainer = await Trainer.create(gpu, {
    model: mlp({ inputs: 2, hidden: [16, 16], outputs, activations: [record.name] }),
    loss: crossEntropy(),
    optimizer: adam({ lr: 0.01 }),
    batch: data.rows,
    seeds: SEEDS,
  });
  try {
    const curves: number[][] = SEEDS.map(() => []);
    let drawn = 0;
    // A tenth of a second of work at a time, then a look at it: the page stays responsive.
    while (trainer.step < STEPS && !signal.aborted) {
      const { losses, seconds, steps } = await trainer.fit(data, {
        steps: Math.min(25, STEPS - trainer.step),
        signal,
      });
      for (const [r, values] of losses.entries()) curves[r]!.push(...values);
      if (performance.now() - drawn < 100 && trainer.step < STEPS) continue;
      drawn = performance.now();
      const prediction = await trainer.predict(gridPoints);
      drawSurface(element<HTMLCanvasElement>("surface"), prediction, GRID, data);
      drawCurves(element<HTMLCanvasElement>("curve"), curves, STEPS);
      const now = curves.map((c) => c.at(-1)!.toFixed(4)).join(", ");
      state.textContent = `step ${trainer.step} of ${STEPS}: loss ${now}; ${Math.round(steps / seconds)} steps/s`;
    }
    const { accuracy } = await trainer.evaluate(data);
    const shares = accuracy.map((a) => `${(a * 100).toFixed(1)} %`).join(", ");
    state.textContent += `. ${signal.aborted ? "Stopped" : "Done"}: ${shares} of the points are classified rightly.`;
  } finally {
    trainer.dispose();
  }
}

function complain(error: unknown): void {
  state.textContent = error instanceof ActigradError ? error.message : `Unexpected: ${String(error)}`;
}

async function start(): Promise<void> {
  fill(activation, Object.keys(activations), "tanh");
  fill(dataset, ["spirals", "circles", "xor", "moons"], "spirals");
  const gpu = await device();
  const { vendor, architecture, description, software } = gpu.adapter;
  const name = [vendor, architecture, description].filter(Boolean).join(" ");
  element("adapter").textContent = software ? `${name}: a software adapter, it computes on the CPU` : name;
  button.disabled = false;
  element<HTMLFormElement>("controls").addEventListener("submit", (event) => {
    event.preventDefault();
    if (abort !== undefined) {
      abort.abort();
      return;
    }
    abort = new AbortController();
    const { signal } = abort;
    button.textContent = "Stop";
    void loadDataset(`${dataset.value}:n=400`)
      .then(({ train: data }) => train(gpu, data, signal))
      .catch(complain)
      .finally(() => {
        abort = undefined;
        button.textContent = "Train";
      });
  });
}

start().catch((error: unknown) => {
  element("adapter").textContent = "WebGPU cannot be used here.";
  complain(error);
});
