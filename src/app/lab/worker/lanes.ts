/** What each lane of the race shows: decisions in the plane, the curve through values, or misclassified images. */
import { type Dataset, featuresOf, sampleSize } from "../../../index.ts";
import { imageShape, imagesOf } from "./images.ts";
import type { LanePicture, Networks } from "./protocol.ts";
import type { Runner } from "./runner.ts";
import { reachOf, surfaceOf } from "./surface.ts";

/** Cells per side of a decision surface, points of a curve, training points on either. */
const [SIDE, POINTS, MOST_POINTS] = [30, 80, 200];
/** Test images that are tried, and wrong ones that are shown. */
const [MOST_TESTED, MOST_WRONG] = [200, 12];

/** Undefined for data without a picture. */
export async function lanePicture(
  runner: Runner,
  networks: Networks,
): Promise<Omit<LanePicture, "runner" | "step">> {
  const { train, test } = runner;
  const [column = 0] = networks.columns;
  if (train.kind === "classes" && sampleSize(train) === 2)
    return {
      surface: await surfaceOf(runner, column, train, {
        side: SIDE,
        reach: reachOf(train),
        most: MOST_POINTS,
      }),
    };
  if (train.kind === "values" && sampleSize(train) === 1 && train.width === 1)
    return { curve: await curveOf(runner, column, train) };
  if (test.kind === "classes" && imageShape(test) !== undefined)
    return { wrong: await wrongOf(runner, column, test) };
  return {};
}

async function curveOf(
  { trainer }: Runner,
  column: number,
  train: Extract<Dataset, { kind: "values" }>,
): Promise<NonNullable<LanePicture["curve"]>> {
  const reach = reachOf(train);
  const x = Float32Array.from({ length: POINTS }, (_, i) => reach * ((2 * i) / (POINTS - 1) - 1));
  const { data } = await trainer.predict(x);
  const rows = Math.min(train.rows, MOST_POINTS);
  return {
    x,
    y: data.slice(column * POINTS, (column + 1) * POINTS),
    rowsX: featuresOf(train, 0, rows).slice(),
    rowsY: train.targets.slice(0, rows),
  };
}

async function wrongOf(
  { trainer }: Runner,
  column: number,
  test: Extract<Dataset, { kind: "classes" }>,
): Promise<NonNullable<LanePicture["wrong"]>> {
  const rows = Math.min(test.rows, MOST_TESTED);
  const { data, shape } = await trainer.predict(featuresOf(test, 0, rows));
  const classes = shape[2];
  const taken = Array.from({ length: rows }, (_, row) => {
    const at = (column * rows + row) * classes;
    const logits = data.subarray(at, at + classes);
    return logits.indexOf(Math.max(...logits));
  });
  const wrong = taken.flatMap((label, row) => (label === test.labels[row] ? [] : [row]));
  return {
    tested: rows,
    count: wrong.length,
    ...imagesOf(test, wrong.slice(0, MOST_WRONG)),
  };
}
