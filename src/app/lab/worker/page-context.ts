import { ActigradError } from "../../../index.ts";
import type { JobContext } from "../../../host/job.ts";
import { keptInMemory } from "../../../host/kept.ts";

/** For jobs that write files elsewhere. */
function noFiles(): never {
  throw new ActigradError("file", "jobs on the page cannot read or write files");
}

/** The context of a command line's job on the page: its files are those dropped, if it may read any. */
export const pageContext = <E>({
  host = "",
  signal = new AbortController().signal,
  kept = keptInMemory(),
  read = noFiles,
  emit = () => undefined,
}: Partial<Pick<JobContext<E>, "host" | "signal" | "kept" | "read" | "emit">>): JobContext<E> => ({
  gpu: navigator.gpu,
  target: "chrome",
  host,
  signal,
  kept,
  read,
  write: noFiles,
  emit,
});
