import { ActigradError } from "../../../index.ts";

/** Reads dropped files by name, ignoring the folder in a dataset's spec. */
export const readDropped =
  (files: readonly File[]) =>
  async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const name = path.replace(/^.*\//s, "");
    const file = files.find((candidate) => candidate.name === name);
    if (file !== undefined) return new Uint8Array(await file.arrayBuffer());
    throw new ActigradError("file", `${name} has not been dropped on the page`);
  };

/** Fetches MNIST's part that comes with the page: its files lie packed beside it. */
export const readSmallMnist =
  (page: string) =>
  async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const url = new URL(`mnist/${path.replace(/^.*\//s, "")}.gz`, page);
    const response = await fetch(url).catch((cause: unknown) => {
      throw new ActigradError("file", `cannot fetch ${url.href}`, { cause });
    });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new ActigradError("file", `cannot read ${url.href}: HTTP ${response.status}`);
  };
