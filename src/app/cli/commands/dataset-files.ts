import { splitOptions } from "../../../core/options.ts";
import { datasetNames } from "../../../index.ts";

/** The files or folders that a dataset's spec names, for the host to grant; none for the built-in sets. */
export function datasetFiles(spec: string): string[] {
  const isName = (head: string): boolean => datasetNames.includes(head);
  const { head } = splitOptions(spec, isName);
  return isName(head) ? [] : head.split(",");
}
