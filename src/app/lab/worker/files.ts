import { ActigradError } from "../../../index.ts";

/** Reads dropped files by their names, whatever folder a dataset's spec puts before them. */
export const readDropped =
  (files: readonly File[]) =>
  async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const name = path.replace(/^.*\//s, "");
    const file = files.find((candidate) => candidate.name === name);
    if (file !== undefined) return new Uint8Array(await file.arrayBuffer());
    throw new ActigradError("file", `${name} has not been dropped on the page`);
  };
