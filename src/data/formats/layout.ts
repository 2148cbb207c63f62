/** Position of the channels of images: networks expect them first, [channels, height, width]. */
import { ActigradError } from "../../core/errors.ts";

export type Layout = "nchw" | "nhwc";

const isUsual = (channels: number): boolean => channels === 1 || channels === 3 || channels === 4;

/**
 * The layout of three-dimensional samples, with a note if it is a guess. By default an axis of size 1, 3 or 4 is taken for the
 * channels.
 * @throws ActigradError "option" for an impossible layout
 */
export function chooseLayout(
  sample: readonly number[],
  given: Layout | undefined,
  name: string,
): { layout: Layout; note?: string } {
  const [a, b, c] = sample;
  const own = `[rows, ${sample.join(", ")}]`;
  if (a === undefined || b === undefined || c === undefined || sample.length !== 3) {
    if (given === undefined) return { layout: "nchw" };
    const message = `${name}: layout: expected an array of four dimensions, rows and images with channels, got ${own}`;
    throw new ActigradError("option", message, { hint: "leave layout out", name });
  }
  if (given !== undefined) {
    const [channels, others, square] = given === "nhwc" ? [c, a, b === c] : [a, c, a === b];
    if (isUsual(channels) || !isUsual(others) || !square) return { layout: given };
    const other = given === "nhwc" ? "nchw" : "nhwc";
    const message = `${name}: layout=${given} makes ${channels} channels of ${own}, which looks like ${other}`;
    throw new ActigradError("option", message, { hint: `give layout=${other}, or leave it out`, name });
  }
  const layout = isUsual(c) && !isUsual(a) ? "nhwc" : "nchw";
  if (isUsual(a) && !isUsual(c)) return { layout };
  const [where, other] = layout === "nhwc" ? ["last", "nchw"] : ["first", "nhwc"];
  return {
    layout,
    note: `${own} is read as images with their channels ${where} (layout=${other} says otherwise)`,
  };
}

/** The same images, [rows, height, width, channels], with channels first. */
export function channelsFirst<A extends Uint8Array | Float32Array | Float64Array>(
  values: A,
  [height, width, channels]: readonly [number, number, number],
): A {
  const out = values.slice() as A;
  const pixels = height * width;
  const size = pixels * channels;
  for (let start = 0; start < values.length; start += size)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let c = 0; c < channels; c++)
        out[start + c * pixels + pixel] = values[start + pixel * channels + c]!;
  return out;
}
