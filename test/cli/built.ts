import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createBuilder } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The built command line's path. */
    cli: string;
  }
}

/**
 * Builds the command line before the first of its tests, in a place where it finds its packages, and removes it after the last.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  mkdirSync("node_modules/.cache", { recursive: true });
  const folder = mkdtempSync(resolve("node_modules/.cache/actigrad-cli-"));
  const builder = await createBuilder({ logLevel: "error" });
  const { program } = builder.environments;
  program!.config.build.outDir = folder;
  await builder.build(program!);
  project.provide("cli", join(folder, "cli.js"));
  return () => rmSync(folder, { recursive: true });
}
