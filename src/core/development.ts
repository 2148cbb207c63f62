/**
 * False in a bundler's production build, which then drops the code that depends on it: checks of mistakes that a program repeats
 * on every run. True everywhere else: in Node, under a development server, in a page without a bundler.
 */
export const development: boolean =
  (globalThis as { process?: { env?: { NODE_ENV?: string } } }).process?.env?.NODE_ENV !== "production";
