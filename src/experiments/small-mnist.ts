/** The part of MNIST that the lab page brings along, for statements on images where a visitor gives none. */
const [ROWS, TESTS] = [4000, 1000];

export const smallMnist = {
  /** The name of a dataset's folder that stands for it. */
  folder: "mnist-small/",
  rows: ROWS,
  tests: TESTS,
  /** Rows of each of MNIST's files. */
  files: {
    "train-images-idx3-ubyte": ROWS,
    "train-labels-idx1-ubyte": ROWS,
    "t10k-images-idx3-ubyte": TESTS,
    "t10k-labels-idx1-ubyte": TESTS,
  } as Readonly<Record<string, number>>,
} as const;
