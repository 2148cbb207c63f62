/** Races with made-up results, as files of the page, so that its statements about them are known in advance. */

/** The results of an activation's seeds. */
export interface Planted {
  readonly accuracy: readonly number[];
  readonly loss: readonly number[];
  /** Seeds, by place, whose training ends in a loss that is not finite. */
  readonly diverged?: readonly number[];
}

/** A finished race in classes at one learning rate. */
export function plantedRace(runners: Readonly<Record<string, Planted>>, testRows = 200): string {
  const activations = Object.keys(runners);
  const columns = Object.values(runners)[0]!.loss.length;
  const losses = (c: number, diverged: readonly number[] = []): (number | string)[] =>
    diverged.includes(c) ? [0.7, "NaN"] : [0.7, 0.5];
  return JSON.stringify({
    format: "actigrad-race-3",
    date: "2026-01-01T00:00:00.000Z",
    adapter: { vendor: "planted", architecture: "", description: "", software: true },
    setup: { dataset: "moons:n=400", hidden: [8], activations, lr: [0.01], epochs: 2, replicas: columns },
    facts: {
      dataset: "moons:n=400",
      trainRows: 400,
      validationRows: 0,
      testRows,
      inputs: 2,
      outputs: 2,
      kind: "classes",
      chance: 0.5,
      data: [],
      sample: [2],
      steps: 2,
      stepsPerEpoch: 1,
      columns,
    },
    complete: true,
    runners: activations.map((activation) => {
      const { accuracy, loss, diverged } = runners[activation]!;
      return {
        activation,
        marks: [[2, 0.1]],
        losses: loss.map((_, c) => losses(c, diverged)),
        evaluations: [{ step: 2, seconds: 0.1, loss, accuracy, rmse: [] }],
        reachedAt: null,
      };
    }),
  });
}
