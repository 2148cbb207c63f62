const modules = import.meta.glob<Readonly<Record<string, unknown>>>("../../docs/write-your-own/*.md", {
  eager: true,
});

/** What the example of each page of docs/write-your-own exports. */
export const examples = new Map(
  Object.entries(modules).map(([file, exported]) => [/(\w+)\.md$/.exec(file)![1]!, exported]),
);

/** @param name an export of the page's example */
export function example<T>(page: string, name: string): T {
  const found = examples.get(page)?.[name];
  if (found === undefined) throw new Error(`docs/write-your-own/${page}.md exports no ${name}`);
  return found as T;
}
