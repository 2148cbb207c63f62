import { splitHead } from "../../core/options.ts";

/** A dataset's spec, `target:name=value,name=value`, parsed before anything is read. */
export interface DatasetSpec {
  readonly target: string;
  /** As written in the spec; "" for none. They may be invalid. */
  readonly options: string;
  /** The files or folders that it names; none for a built-in set. */
  readonly paths: readonly string[];
}

/** @param names of sets that are not paths */
export function datasetSpec(spec: string, names: readonly string[]): DatasetSpec {
  const isName = (head: string): boolean => names.includes(head);
  const { head: target, list: options = "" } = splitHead(spec, isName);
  return { target, options, paths: isName(target) ? [] : target.split(",") };
}
