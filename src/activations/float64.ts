/**
 * Special functions in float64 for the records' references, accurate to about 1e-15 relative for every argument. Uses
 * JavaScript's functions where they exist (exp, expm1, log1p, tanh, ...).
 */

/** 1 / (1 + e^-x). Relative precision on both sides, since 1 + e^-x never cancels. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + e^x). */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** The error function: a series of positive terms up to 2, from erfc beyond. */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (t > 2) return Math.sign(x) * (1 - erfc(t));
  // erf x = 2/sqrt(pi) x e^(-x^2) (1 + 2x^2/3 (1 + 2x^2/5 (...)))
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * x * Math.exp(-x * x) * sum;
}

/** 1 - erf x without cancellation: a continued fraction from 1.5 on. */
export function erfc(x: number): number {
  if (x < 1.5 || Number.isNaN(x)) return 1 - erf(x);
  return (Math.exp(-x * x) / Math.sqrt(Math.PI)) * erfcFraction(x);
}

/** sqrt(pi) e^(x^2) erfc(x) for x >= 1.5: 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ...))))). */
function erfcFraction(x: number): number {
  // 1e-16 needs about 270 / x^2 levels.
  let tail = x;
  for (let n = Math.ceil(12 + 300 / (x * x)); n >= 1; n--) tail = x + n / 2 / tail;
  return 1 / tail;
}

/** Density of the normal distribution. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Distribution function of the normal distribution, with relative precision in the lower tail. */
export function normalCdf(x: number): number {
  return x > 0 ? 1 - normalCdf(-x) : 0.5 * erfc(-x / Math.SQRT2);
}
