/**
 * Inlines a form of a catalogue activation (an expression, or lets that end in `return ...;`) into another function.
 * @param names replacements for x, y and the parameters: variables or literals
 * @param prefix for the form's own variables
 * @returns statements, and the expression of the result
 */
export function inlineForm(
  form: string,
  names: ReadonlyMap<string, string>,
  prefix: string,
): { readonly statements: readonly string[]; readonly result: string } {
  const text = form.replace(/\/\/[^\n]*/g, "");
  const own = new Map(
    [...text.matchAll(/\b(?:let|var)\s+(\w+)/g)].map(([, name]) => [name!, prefix + name!]),
  );
  const renamed = text.replace(/\b[A-Za-z_]\w*/g, (word) => own.get(word) ?? names.get(word) ?? word);
  if (!/\breturn\b/.test(renamed)) return { statements: [], result: `(${renamed.trim()})` };
  const parts = renamed
    .split(";")
    .map((part) => part.trim().replace(/\s+/g, " "))
    .filter((part) => part !== "");
  const result = parts.pop()!.replace(/^return\s+/, "");
  return { statements: parts.map((part) => `${part};`), result: `(${result})` };
}
