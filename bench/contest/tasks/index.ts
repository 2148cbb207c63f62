/** The table of tasks. */
import type { Task } from "../task.ts";
import { deep } from "./deep.ts";
import { autoencoder, cnn, digits, resnet } from "./digits.ts";
import { equation } from "./equation.ts";
import { image } from "./image.ts";
import { language } from "./language.ts";
import { regression } from "./regression.ts";
import { spirals } from "./spirals.ts";
import { tabular } from "./tabular.ts";

export const tasks = {
  spirals,
  deep,
  regression,
  tabular,
  image,
  equation,
  digits,
  cnn,
  resnet,
  autoencoder,
  language: language(),
} satisfies Record<string, Task>;

/** "own" is the dataset named by --dataset. */
export type TaskName = keyof typeof tasks | "own";
/** Without one's own. */
export const taskNames = Object.keys(tasks) as (keyof typeof tasks)[];
