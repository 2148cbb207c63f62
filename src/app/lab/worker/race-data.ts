/** The rows of a race. */
import {
  type Dataset,
  type DatasetHost,
  type LoadedData,
  datasetNames,
  loadDataset,
} from "../../../index.ts";
import { datasetSpec } from "../../jobs/dataset-spec.ts";
import { fitBatch, holdBack } from "../../jobs/hold-back.ts";
import type { Setup } from "../setup.ts";

/** Rows to train on, to choose a rate by, and to judge by; and their source. */
export interface RaceData extends LoadedData {
  /** If there are several rates. */
  readonly validation?: Dataset;
  /** The dataset's spec with additions. */
  readonly spec: string;
  /** As requested, or all rows if there are fewer. */
  readonly batch: number;
}

/** @throws ActigradError as `loadDataset` */
export async function loadRaceData(setup: Setup, host: DatasetHost): Promise<RaceData> {
  const { spec, loaded } = await loadScaled(setup, host);
  const held = holdBack(loaded, setup, setup.seed);
  return { ...loaded, ...held, spec, ...fitBatch(setup.batch, held, loaded.description) };
}

/** Values to predict are scaled, unless the dataset's options say otherwise; errors are reported in their own units. */
async function loadScaled(
  { dataset, seed }: Setup,
  host: DatasetHost,
): Promise<{ readonly spec: string; readonly loaded: LoadedData }> {
  const loaded = await loadDataset(dataset, host, { seed });
  const { options } = datasetSpec(dataset, datasetNames);
  if (loaded.train.kind === "classes" || /\btargets=/.test(options)) return { spec: dataset, loaded };
  const spec = `${dataset}${options === "" ? ":" : ","}targets=standardise`;
  return { spec, loaded: await loadDataset(spec, host, { seed }) };
}
