/** The version of the package. A test compares it with package.json, which declarations cannot import. */
export const version = "0.3.0";
