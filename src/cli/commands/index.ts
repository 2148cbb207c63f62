/** The table of commands. Adding one: a file that exports what defineCommand gives, and a line here. */
import type { Command } from "../command.ts";
import { probe } from "./probe.ts";

export const commands: readonly Command[] = [probe];
