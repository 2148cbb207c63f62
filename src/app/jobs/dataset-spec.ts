import { splitHead } from "../../core/options.ts";

/** What a dataset's spec says, `target:name=value,name=value`, before anything is read. */
export interface DatasetSpec {
  readonly target: string;
  /** As they stand in the spec; "" for none. They may be wrong. */
  readonly options: string;
  /** The files or folders that it names; none for a set with a name of its own. */
  readonly paths: readonly string[];
}

/** @param names of sets that are not paths */
export function datasetSpec(spec: string, names: readonly string[]): DatasetSpec {
  const isName = (head: string): boolean => names.includes(head);
  const { head: target, list: options = "" } = splitHead(spec, isName);
  return { target, options, paths: isName(target) ? [] : target.split(",") };
}
