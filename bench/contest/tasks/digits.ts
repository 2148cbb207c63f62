/** Handwritten digits, by three kinds of networks and as an autoencoder. */
import { type Dataset, type DatasetHost, loadDataset, sampleSize, split } from "../../../src/index.ts";
import { selectRows } from "../../../src/data/dataset.ts";
import type { Level, Rows, Size, Task } from "../task.ts";

const rows: Readonly<Record<Level, { readonly train: number; readonly test: number }>> = {
  S: { train: 2000, test: 1000 },
  M: { train: 10_000, test: 5000 },
  L: { train: 60_000, test: 10_000 },
};

const first = <D extends Dataset>(data: D, count: number): D =>
  selectRows(
    data,
    Uint32Array.from({ length: Math.min(count, data.rows) }, (_, i) => i),
  );

async function mnist(host: DatasetHost, level: Level): Promise<Required<Omit<Rows, "scaling">>> {
  const loaded = await loadDataset("mnist", host);
  const { train, test: validation } = split(first(loaded.train, rows[level].train), { fraction: 0.2 });
  return { train, validation, test: first(loaded.test, rows[level].test) };
}

const steps = { S: 300, M: 2000, L: 8000 };
const sizes = (widths: readonly number[]): Readonly<Record<Level, Size>> => ({
  S: { batch: 64, steps: steps.S, widths },
  M: { batch: 128, steps: steps.M, widths },
  L: { batch: 128, steps: steps.L, widths },
});

export const digits: Task = {
  about: "MNIST by a perceptron of two hidden layers",
  measure: "accuracy",
  files: "mnist",
  sizes: sizes([64, 32]),
  load: mnist,
};

const ofImages =
  (model: "cnn" | "resnet"): NonNullable<Task["network"]> =>
  ({ train }, widths, activation) => ({
    model,
    sample: train.shape,
    channels: widths,
    inputs: sampleSize(train),
    outputs: 10,
    hidden: [],
    activations: [activation],
  });

export const cnn: Task = {
  about: "MNIST by two convolutions",
  measure: "accuracy",
  files: "mnist",
  sizes: sizes([16, 32]),
  load: mnist,
  network: ofImages("cnn"),
};

export const resnet: Task = {
  about: "MNIST by a small residual network with batch norm",
  measure: "accuracy",
  files: "mnist",
  sizes: sizes([8, 16]),
  load: mnist,
  network: ofImages("resnet"),
};

export const autoencoder: Task = {
  about: "MNIST through a bottleneck of 16 units and back, by a perceptron: judged by pixel errors",
  measure: "psnr",
  files: "mnist",
  sizes: sizes([128, 16, 128]),
  async load(host, level) {
    const parts = await mnist(host, level);
    const self = (data: Dataset): Dataset => {
      const x = Float32Array.from(data.x, (byte) => byte / 255); // of bytes: a peak of 1
      const { name, rows: count, shape } = data;
      return { kind: "values", name, rows: count, shape, x, targets: x, width: sampleSize(data) };
    };
    return { train: self(parts.train), validation: self(parts.validation), test: self(parts.test) };
  },
};
