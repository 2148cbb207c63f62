/** Sorts the API's pages by topic: the folder of src in which a name is declared. A plugin of typedoc. */
import { CommentTag, Converter, ReflectionKind } from "typedoc";

/** @type {readonly (readonly [folder: RegExp, topic: string])[]} */
const topics = [
  [/\/activations\//, "Activations"],
  [/\/nn\/loss/, "Losses"],
  [/\/nn\/init/, "Starting weights"],
  [/\/nn\//, "Layers and models"],
  [/\/optim\//, "Optimizers and schedules"],
  [/\/train\/inspect\//, "Looking inside"],
  [/\/train\//, "Training and prediction"],
  [/\/data\//, "Data"],
  [/\/measure\//, "Measuring"],
  [/\/graph\/ops\//, "Ops"],
  [/\/(graph|compile)\//, "Graphs and plans"],
  [/\/device\//, "Device"],
  [/\/check\//, "Checks against float64"],
  [/\/testing\//, "GPU tests"],
  [/\/core\/errors/, "Errors"],
  [/\/src\/node\.ts/, "In Node"],
];

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
      if (reflection.parent?.kindOf(ReflectionKind.SomeModule) !== true) continue;
      const file = project.getSymbolIdFromReflection(reflection)?.fileName ?? "";
      const topic = topics.find(([folder]) => folder.test(file))?.[1] ?? "Common types";
      for (const { comment } of reflection.signatures ?? [reflection])
        comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: topic }]));
    }
  });
}
