/** Unpacks gzip with the platform's DecompressionStream (browsers and Node). */
import { ActigradError } from "../../core/errors.ts";

/** Whether the bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes, unpacked if they are a gzip file.
 * @throws ActigradError "format" for a damaged or truncated file, or one that unpacks to more than `limitBytes` (a small file can
 * unpack to a thousand times its size)
 */
export async function gunzip(bytes: Uint8Array, name: string, limitBytes = 2 ** 31 - 1): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ActigradError(
        "format",
        `${name}: expected a complete gzip file, got a damaged or truncated one`,
        {
          hint: "download the file again",
          cause,
          name,
        },
      );
    });
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > limitBytes) {
      await reader.cancel();
      throw new ActigradError(
        "format",
        `${name}: expected at most ${limitBytes} bytes when unpacked, got more`,
        { name },
      );
    }
  }
  const out = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    out.set(chunk, offset);
    offset += chunk.length;
  }
  return out;
}
