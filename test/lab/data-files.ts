/** Small files, such as visitors drop. */

/** A NumPy file, version 1. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array): number[] {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  return [0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0, ...Buffer.from(padded), ...data];
}

/** Small images of two classes, lit on the left or on the right, in MNIST's format; 2051 and 2049 are its magic numbers. */
export function idxFiles(): { name: string; content: number[] }[] {
  const word = (n: number): number[] => [0, 0, n >> 8, n & 255];
  const part = (name: string, rows: number) => [
    {
      name: `${name}-images-idx3-ubyte`,
      content: [
        ...[2051, rows, 8, 8].flatMap(word),
        ...Array.from({ length: rows * 64 }, (_, i) => {
          const [row, x] = [Math.floor(i / 64), i % 8];
          return x < 4 === (row % 2 === 0) ? 120 + ((i * 37 + row * 11) % 130) : (i * 13) % 40;
        }),
      ],
    },
    {
      name: `${name}-labels-idx1-ubyte`,
      content: [...[2049, rows].flatMap(word), ...Array.from({ length: rows }, (_, row) => row % 2)],
    },
  ];
  return [...part("train", 64), ...part("t10k", 16)];
}
