/** A field of a CSV file: a text that holds CSV's own signs, or spaces at its ends, comes in quotes. */
export function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
