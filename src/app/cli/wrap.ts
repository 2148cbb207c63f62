// oxlint-disable-next-line no-control-regex -- the escape character is what this looks for
export const unstyled = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, "");

/** Width of a text in characters, ignoring colours. */
export const width = (text: string): number => [...unstyled(text)].length;

/** Wraps a text at spaces into lines of limited width; a longer word gets its own line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== "" && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
