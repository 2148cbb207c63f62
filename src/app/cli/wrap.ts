// oxlint-disable-next-line no-control-regex -- the escape character is what this looks for
export const unstyled = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, "");

/** Characters that a text takes, whatever its colour. */
export const width = (text: string): number => [...unstyled(text)].length;

/** A text in lines of at most so many characters, broken at spaces; a longer word keeps a line of its own. */
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
