/** Markup as text: everything from outside is escaped when it is inserted. */

/** Finished HTML or SVG; any other value is escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[] | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map((p: Markup) => p.text).join("");
  return String(part).replaceAll(/[&<>"]/g, (c) => entities[c]!);
}

/** html`<b>${text}</b>`: texts and numbers are escaped, pieces of markup are inserted unchanged. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, i) => text + (i < parts.length ? escape(parts[i]) : "")).join(""));
}

/** A coordinate with at most two decimals. */
export const at = (value: number): string => String(Number(value.toFixed(2)));
