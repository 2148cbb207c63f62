import { afterAll, test } from "vitest";
import { environmentOf, expectReference, gpu } from "../support/on-device.ts";
import { sameNames } from "../support/same-names.ts";

afterAll(() => gpu.dispose());

test("records of one name and different functions in one module compute what each of them says", async () => {
  const graph = sameNames();
  await expectReference(graph, environmentOf(graph));
});
