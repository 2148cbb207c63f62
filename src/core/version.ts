/** The version of the package; a test holds it to package.json, which declarations cannot reach. */
export const version = "0.3.0";
