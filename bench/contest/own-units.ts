/** Predictions and their errors in the units of a dataset's own targets. */
import {
  type Prediction,
  type Scaling,
  type Trainer,
  type ValueDataset,
  featuresOf,
  restoreColumns,
} from "../../src/index.ts";

/** [rows, width] numbers of one replica, with the targets' scaling reversed, in float64. */
export function inOwnUnits({ shape, data }: Prediction, { targets }: Scaling, replica = 0): Float64Array {
  const size = shape[1] * shape[2];
  const values = data.subarray(replica * size, (replica + 1) * size);
  return targets === undefined ? Float64Array.from(values) : restoreColumns(values, targets);
}

/** The mean squared error of each replica over rows and columns, in own units. */
export async function squaredErrors(
  trainer: Trainer,
  dataset: ValueDataset,
  { targets }: Scaling,
  options: { readonly average?: boolean } = {},
): Promise<number[]> {
  const { data } = await trainer.predict(featuresOf(dataset), options);
  const { length } = dataset.targets;
  const { std = [1] } = targets ?? {};
  return Array.from({ length: trainer.replicas }, (_, replica) => {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      // Before the mean is added again, so that small differences keep their digits.
      const off = (data[replica * length + i]! - dataset.targets[i]!) * std[i % std.length]!;
      sum += (off * off) / length;
    }
    return sum;
  });
}
