import { fromJson } from "../../../core/json.ts";
import { isOwn } from "../contest-choice.ts";
import { mayBeImages, recognise } from "../data/drop.ts";
import type { Lab } from "./lab.ts";

/** What dropped files do: a dataset is used, a model predicts, an exported race is shown. */
export async function dropFiles(lab: Lab, files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  const { words } = lab.state.value;
  const dropped = recognise(files);
  if (dropped.kind === "unknown") lab.state.patch({ notice: words.status.badFile(dropped.names) });
  else if (dropped.kind === "dataset") {
    lab.state.patch({ files: dropped.files, notice: "" });
    const { batch, epochs, model } = lab.state.value.setup;
    const few = dropped.images ? { batch: 64, epochs: 5 } : { batch: 32, epochs };
    lab.edit({
      dataset: dropped.target,
      batch: Math.min(batch, few.batch),
      epochs: Math.min(epochs, few.epochs),
      model: mayBeImages(dropped.target, []) ? model : "mlp",
    });
    const { room, contest } = lab.state.value;
    if (room === "contest" && !isOwn(contest)) lab.compete({ tasks: [...contest.tasks, "own"] });
  } else if (dropped.kind === "model") {
    const { setup, files } = lab.state.value;
    const { dataset, seed } = setup;
    lab.state.patch({ notice: words.status.predicting(dropped.file.name) });
    lab.send({ kind: "predict", model: dropped.file, dataset, seed, files });
  } else {
    try {
      await lab.show(fromJson(await dropped.file.text()));
    } catch (error) {
      lab.state.patch({ notice: words.status.badFile(String(error)) });
    }
  }
}
