import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { buildFolder } from "./site.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the built lab page. */
    labFolder: string;
  }
}

/** Builds the page before the first of its tests, and removes it after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = await buildFolder();
  project.provide("labFolder", folder);
  return () => rmSync(folder, { recursive: true });
}
