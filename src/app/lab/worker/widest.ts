import { type Trainer, summary } from "../../../index.ts";

/** The most numbers that a layer computes per row, over all replicas, which limits a look into all layers. */
export const widestLayer = ({ options, replicas }: Trainer): number =>
  replicas *
  Math.max(
    ...summary(options.model, { batch: 2 }).layers.map(({ shape }) =>
      shape.slice(1).reduce((a, b) => a * b, 1),
    ),
  );
