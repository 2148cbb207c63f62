import { ActigradError } from "../../../index.ts";
import type { JobContext } from "../../../host/job.ts";
import { keptInMemory } from "../../../host/kept.ts";

/** For jobs that may write files where they run elsewhere. */
function noFiles(): never {
  throw new ActigradError("file", "jobs on the page cannot read or write files");
}

/** Where a job of the command line runs on the page: files are what was dropped, if it may read any. */
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
