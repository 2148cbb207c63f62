import { smallMnist } from "../../../experiments/small-mnist.ts";
import { datasetSpec } from "../../jobs/dataset-spec.ts";

/** The target in the spec of dropped images, whatever their folder was called. */
export const IMAGES = "dropped/";
const isOfImages = ({ name }: File): boolean => /^(train|t10k)-(images|labels)/i.test(name);

/** What dropped files are: a dataset under its spec's target, an exported race, a model file, or unknown. */
export type Dropped =
  | {
      readonly kind: "dataset";
      readonly target: string;
      readonly images: boolean;
      readonly files: readonly File[];
    }
  | { readonly kind: "race" | "model"; readonly file: File }
  | { readonly kind: "unknown"; readonly names: string };

export function recognise(files: readonly File[]): Dropped {
  const named = (pattern: RegExp): File[] => files.filter(({ name }) => pattern.test(name));
  const unknown = { kind: "unknown", names: files.map(({ name }) => name).join(", ") } as const;
  const json = named(/\.json$/i)[0];
  if (json !== undefined) return { kind: "race", file: json };
  const model = named(/\.safetensors$/i)[0];
  if (model !== undefined) return { kind: "model", file: model };
  const images = files.filter(isOfImages);
  if (images.length >= 4) return { kind: "dataset", target: IMAGES, images: true, files: images };
  if (images.length > 0) return unknown;
  const arrays = named(/\.npy(\.gz)?$/i);
  if (arrays.length === 2) {
    const labels =
      arrays.find(({ name }) => /(^|[^a-z])(y|labels?|targets?)([^a-z]|$)/i.test(name)) ?? arrays[1]!;
    const features = arrays.find((file) => file !== labels)!;
    return { kind: "dataset", target: `${features.name},${labels.name}`, images: false, files: arrays };
  }
  const table = named(/\.(csv|tsv|txt)(\.gz)?$/i)[0];
  if (table !== undefined) return { kind: "dataset", target: table.name, images: false, files: [table] };
  return unknown;
}

/** Missing files that a dataset's spec names; none for generated and unknown sets. */
export function missingFiles(spec: string, files: readonly File[]): string[] {
  return datasetSpec(spec, []).paths.flatMap((path) => {
    if (path === smallMnist.folder) return []; // it comes with the page
    if (path.endsWith("/")) return lacksImages(files) ? ["train-images…"] : [];
    const isFile = /\.\w+$/.test(path);
    return isFile && !files.some(({ name }) => name === path) ? [path] : [];
  });
}

/** Whether a dataset's samples may be images: not those of generated points or tables. */
export function mayBeImages(spec: string, made: readonly string[]): boolean {
  const { paths } = datasetSpec(spec, made);
  return paths.some((path) => [IMAGES, smallMnist.folder].includes(path) || /\.npy(\.gz)?$/i.test(path));
}

/** Whether no dropped file belongs to a folder of images. */
export const lacksImages = (files: readonly File[]): boolean => !files.some(isOfImages);
