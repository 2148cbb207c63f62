/** Recognises a file by its first bytes, for the message of a reader that expected another format. */

/** What servers send instead of a file: an error page, or a page about the file. */
export const HTML = "an HTML page";

const kinds: readonly (readonly [start: RegExp | string, kind: string])[] = [
  [
    /^(\u00ef\u00bb\u00bf)?\s*<(!--|(!doctype html|html|head|body|meta|title|link|script|div|p|h1|center)\b)/i,
    HTML,
  ],
  [/^(\u00ef\u00bb\u00bf)?\s*<\?xml/i, "an XML file"],
  ["version https://git-lfs", "a Git LFS pointer instead of the file"],
  ["PK\u0003\u0004", "a ZIP archive (.zip, .npz, .xlsx)"],
  ["\u001f\u008b", "a gzip file"],
  ["\u0093NUMPY", "an NPY file"],
  ["\u0089PNG", "a PNG image"],
  ["\u00ff\u00d8\u00ff", "a JPEG image"],
  ["%PDF", "a PDF file"],
  ["\u0089HDF", "an HDF5 file"],
  ["PAR1", "a Parquet file"],
];

/** "an HTML page" and so on, or undefined for unknown bytes; also for text that was already decoded. */
export function kindOf(bytes: Uint8Array | string): string | undefined {
  const text =
    typeof bytes === "string" ? bytes.slice(0, 256) : String.fromCharCode(...bytes.subarray(0, 256));
  return kinds.find(([start]) =>
    typeof start === "string" ? text.startsWith(start) : start.test(text),
  )?.[1];
}

/** What came instead, for a message: the kind if known, otherwise the size and the first `count` bytes. */
export function describeBytes(bytes: Uint8Array, count = 4): string {
  if (bytes.length === 0) return "an empty file";
  const known = kindOf(bytes);
  if (known !== undefined) return known;
  const start = [...bytes.subarray(0, count)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${bytes.length} bytes that begin ${start}`;
}
