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

/** Rows to train on, to choose a rate by, and to judge by; and where they come from. */
export interface RaceData extends LoadedData {
  /** Where there is more than one rate. */
  readonly validation?: Dataset;
  /** The dataset's spec with what was added to it. */
  readonly spec: string;
  /** As asked for, or all rows where these are fewer. */
  readonly batch: number;
}

/** @throws ActigradError as `loadDataset` does */
export async function loadRaceData(setup: Setup, host: DatasetHost): Promise<RaceData> {
  const { spec, loaded } = await loadScaled(setup, host);
  const held = holdBack(loaded, setup, setup.seed);
  return { ...loaded, ...held, spec, ...fitBatch(setup.batch, held, loaded.description) };
}

/** Values to predict are brought to scale, unless the dataset's options say otherwise: errors are told in their own units. */
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
