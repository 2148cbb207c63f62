import { type Trainer, summary } from "../../../index.ts";

/** The most numbers that a layer makes of one row, of all replicas: what a look into all layers is bounded by. */
export const widestLayer = ({ options, replicas }: Trainer): number =>
  replicas *
  Math.max(
    ...summary(options.model, { batch: 2 }).layers.map(({ shape }) =>
      shape.slice(1).reduce((a, b) => a * b, 1),
    ),
  );
