/** What dropped files are: a dataset by its spec, a race that was exported, or nothing that the page knows. */
export type Dropped =
  | { readonly kind: "dataset"; readonly spec: string; readonly images: boolean }
  | { readonly kind: "race"; readonly file: File }
  | { readonly kind: "unknown"; readonly names: string };

/** Names of MNIST and its relatives, and of CIFAR. */
const imageFiles =
  /^((emnist-[a-z]+-|qmnist-)?(train|t10k|test)[-.](images|labels)|(data_batch_\d|test_batch|train|test)\.bin$)/i;

export function recognise(files: readonly File[]): Dropped {
  const named = (pattern: RegExp): File[] => files.filter(({ name }) => pattern.test(name));
  const names = files.map(({ name }) => name).join(", ");
  const json = named(/\.json$/i)[0];
  if (json !== undefined) return { kind: "race", file: json };
  const images = named(imageFiles);
  if (images.length > 0)
    return images.length >= (/\.bin$/i.test(images[0]!.name) ? 2 : 4)
      ? { kind: "dataset", spec: "dropped/", images: true }
      : { kind: "unknown", names };
  const arrays = named(/\.npy(\.gz)?$/i);
  if (arrays.length === 2) {
    const labels =
      arrays.find(({ name }) => /(^|[^a-z])(y|labels?|targets?)([^a-z]|$)/i.test(name)) ?? arrays[1]!;
    const features = arrays.find((file) => file !== labels)!;
    return { kind: "dataset", spec: `${features.name},${labels.name}`, images: false };
  }
  const table = named(/\.(csv|tsv|txt)(\.gz)?$/i)[0];
  if (table !== undefined) return { kind: "dataset", spec: table.name, images: false };
  return { kind: "unknown", names };
}

/** The files that a dataset's spec names and that are not there; none for made and for unknown sets. */
export function missingFiles(spec: string, files: readonly File[]): string[] {
  const target = spec.replace(/:[a-z]+=.*$/s, "");
  const has = (name: string): boolean => files.some((file) => file.name === name);
  if (target.endsWith("/")) return files.some(({ name }) => imageFiles.test(name)) ? [] : ["train-images…"];
  return /\.\w+$/.test(target) ? target.split(",").filter((name) => !has(name)) : [];
}
