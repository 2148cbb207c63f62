/** A field of a CSV file: text with CSV's special characters, or with spaces at its ends, is quoted. */
export function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
