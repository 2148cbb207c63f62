/** Loaded by the worker with the first race: what it needs to outlive a crash. */
export { recovery, restoreCheckpoint, takeCheckpoint } from "../../../index.ts";
