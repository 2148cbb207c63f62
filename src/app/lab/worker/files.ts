import { smallMnist } from "../../../experiments/small-mnist.ts";
import { ActigradError } from "../../../index.ts";

/** Reads what a dataset's spec names: dropped files by name, ignoring their folder, and MNIST's part that comes with the page. */
export const readFiles =
  (files: readonly File[]) =>
  (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const name = path.replace(/^.*\//s, "");
    return path.startsWith(smallMnist.folder) ? readBeside(name) : readDropped(files, name);
  };

async function readDropped(files: readonly File[], name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = files.find((candidate) => candidate.name === name);
  if (file !== undefined) return new Uint8Array(await file.arrayBuffer());
  throw new ActigradError("file", `${name} has not been dropped on the page`);
}

/** Reads the part of MNIST that is packed next to the page, whose address is this worker's name. */
async function readBeside(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`mnist/${name}.gz`, self.name);
  const response = await fetch(url).catch((cause: unknown) => {
    throw new ActigradError("file", `cannot fetch ${url.href}`, { cause });
  });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new ActigradError("file", `cannot read ${url.href}: HTTP ${response.status}`);
}
