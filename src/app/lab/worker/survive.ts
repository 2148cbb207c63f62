/** A part of the worker that comes with the first race: what it needs to outlive a crash. */
export { recovery, restoreCheckpoint, takeCheckpoint } from "../../../index.ts";
