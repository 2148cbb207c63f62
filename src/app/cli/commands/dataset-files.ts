import { datasetSpec } from "../../jobs/dataset-spec.ts";
import { datasetNames } from "../../../index.ts";

/** The files or folders that a dataset's spec names, for the host to grant; none for the built-in sets. */
export const datasetFiles = (spec: string): readonly string[] => datasetSpec(spec, datasetNames).paths;
