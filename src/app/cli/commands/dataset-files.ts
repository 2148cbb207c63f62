import { datasetNames } from "../../../index.ts";

/** The files or folders that a dataset's spec names, for the host to grant; none for the built-in sets. */
export function datasetFiles(spec: string): string[] {
  const colon = /:(?=\w+=)/.exec(spec);
  const target = colon === null ? spec : spec.slice(0, colon.index);
  return datasetNames.includes(target) ? [] : target.split(",");
}
