import type { Catalogue } from "../worker/protocol.ts";

const letters = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");

/** The catalogue's name for what was typed, whatever its case and its separators: ReLU is relu, "Leaky ReLU" is leaky_relu. */
export function knownName(
  text: string,
  { activations = [], grouped = [] }: Partial<Pick<Catalogue, "activations" | "grouped">> = {},
): string {
  const [, head = "", options = ""] = /^([^:]*)(:.*)?$/s.exec(text) ?? [];
  const wanted = letters(head);
  const found = [...activations.map(({ name }) => name), ...grouped].find((name) => letters(name) === wanted);
  return found === undefined ? text : `${found}${options}`;
}
