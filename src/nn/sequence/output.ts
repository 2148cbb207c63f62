import { ActigradError } from "../../core/errors.ts";
import { matmul } from "../../graph/ops/matmul.ts";
import { defineLayer } from "../define-layer.ts";
import { madeBy } from "../image.ts";
import type { Layer } from "../layer.ts";
import { checkCounts } from "../linear.ts";

/**
 * A product with the transposed table of the model's first embedding: f32[R, batch, time, features] to f32[R, batch, time, num].
 * It has no weight of its own; the table's gradient is the sum over both uses. Press, Wolf 2017.
 * @throws ActigradError "option" for invalid sizes; the model throws "shape" unless an embedding(num, features) comes before
 */
export function tiedOutput(features: number, num: number): Layer {
  checkCounts("tiedOutput", { features, num });
  return defineLayer({
    kind: "output",
    ...madeBy("tiedOutput", [features, num], {}),
    inputs: features,
    outputs: num,
    build({ parameters, name, replicas }, x) {
      const wanted = [replicas, num, features].join();
      const table = parameters.find(
        ({ node }) => node.label.endsWith(".embedding") && node.shape.join() === wanted,
      );
      if (table !== undefined) return matmul(x, table.node, "abt");
      throw new ActigradError(
        "shape",
        `layer ${name}: tiedOutput(${features}, ${num}) finds no such embedding`,
        {
          hint: `begin the model with embedding(${num}, ${features})`,
        },
      );
    },
  });
}
