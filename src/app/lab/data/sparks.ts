/** Small curves of the training losses, on one scale for all lanes. */
import { median } from "../../../core/statistics.ts";
import type { RaceResults } from "./results.ts";

/** x and y from 0 to 1; y is logarithmic. */
export type SparkPoints = readonly (readonly [x: number, y: number])[];

/** Most points per curve. */
const POINTS = 60;

/** Steps and losses of each lane, on the common scale. @param last the step at the right end */
export function toSparks(
  lanes: readonly (readonly (readonly [step: number, loss: number])[])[],
  last: number,
): readonly SparkPoints[] {
  const logs = lanes.map((points) =>
    points.flatMap(([step, loss]) =>
      loss > 0 && Number.isFinite(loss) ? [[step, Math.log10(loss)] as const] : [],
    ),
  );
  const all = logs.flat().map(([, log]) => log);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return logs.map((points) =>
    points.map(
      ([step, log]) => [step / Math.max(1, last), (log - low) / Math.max(1e-9, high - low)] as const,
    ),
  );
}

/** The median over the seeds at each activation's best rate. */
export function sparksOf(results: RaceResults): readonly SparkPoints[] {
  const lanes = results.runners.map((runner) => {
    const { columns } = results.best(runner);
    const { buckets } = runner;
    const stride = Math.max(1, Math.ceil(buckets.length / POINTS));
    return Array.from({ length: Math.ceil(buckets.length / stride) }, (_, i) => {
      const bucket = i * stride;
      return [buckets.stepAt(bucket), median(columns.map((c) => buckets.mean(bucket, c)))] as const;
    });
  });
  return toSparks(lanes, results.facts.steps);
}
