import { ActigradError } from "../../../index.ts";

/** For jobs that may write files where they run elsewhere. */
export function noFiles(): never {
  throw new ActigradError("file", "on the page, jobs read and write no files");
}
