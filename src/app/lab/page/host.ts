/** What runs the page's jobs, for their results: "Chrome/149.0.0.0". */
export const hostName = (): string =>
  /(?:Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? "a browser";
