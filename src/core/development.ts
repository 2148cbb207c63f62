/**
 * False where a bundler builds for production, which then leaves out what stands behind it: checks of what a program does
 * wrong the same way each time it runs. True everywhere else: in Node, under a development server, in a page without a bundler.
 */
export const development: boolean =
  (globalThis as { process?: { env?: { NODE_ENV?: string } } }).process?.env?.NODE_ENV !== "production";
