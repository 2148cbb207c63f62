/** Distributions of test statistics: Student's t and Snedecor's F by the regularised incomplete beta function, and the studentized range. */

/** log |gamma(z)| for z > 0 (Lanczos 1964, g = 7), with a relative error of about 1e-15. */
function logGamma(z: number): number {
  const sum = LANCZOS.reduce((total, c, i) => total + (i === 0 ? c : c / (z - 1 + i)), 0);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** I_x(a, b), from its continued fraction (modified Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a); // where the fraction converges fast
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const away = (v: number): number => (Math.abs(v) < 1e-300 ? 1e-300 : v);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return (front * fraction) / a;
}

/** P(T < t) for Student's t. @param freedom degrees of freedom, above 0 */
export function studentShare(t: number, freedom: number): number {
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** P(F > f) for Snedecor's F. @param above, below degrees of freedom of numerator and denominator, above 0 */
export function fTail(f: number, above: number, below: number): number {
  return f === Infinity ? 0 : incompleteBeta(below / (below + above * f), below / 2, above / 2);
}

/**
 * P(Q < q) for the studentized range of `groups` means with known variance: k times the integral of phi(z) (Phi(z) - Phi(z -
 * q))^(k - 1).
 */
export function rangeShare(q: number, groups: number): number {
  const [from, to, parts] = [-8, 8 + q, 200];
  const width = (to - from) / parts;
  let sum = 0;
  // The trapezoidal rule; the integrand vanishes at the ends.
  for (let i = 0; i <= parts; i++) {
    const z = from + i * width;
    sum += Math.exp(-0.5 * z * z) * (normalShare(z) - normalShare(z - q)) ** (groups - 1);
  }
  return Math.min(1, (groups * sum * width) / Math.sqrt(2 * Math.PI));
}

/** The quantile of the studentized range of `groups` means with known variance. */
export const rangeQuantile = (share: number, groups: number): number =>
  solve((q) => rangeShare(q, groups), share);

/** P(Z < z) for the standard normal distribution: Student's t with a huge number of degrees of freedom. */
const normalShare = (z: number): number => {
  const x = Math.abs(z);
  const tail = 0.5 * incompleteGammaTail(x);
  return z > 0 ? 1 - tail : tail;
};

/** erfc(x / sqrt 2) for x >= 0: a series near 0, a continued fraction further out. */
function incompleteGammaTail(x: number): number {
  const y = (x * x) / 2;
  const front = Math.exp(-y - logGamma(0.5)) * Math.sqrt(y);
  if (y < 1.5) {
    let [term, sum] = [2, 2];
    for (let n = 1; term > 1e-17 * sum; n++) sum += term *= y / (n + 0.5);
    return 1 - front * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = (n * (n - 0.5)) / (y + 2 * n + 0.5 - fraction);
  return front / (y + 0.5 - fraction);
}

/** The x >= 0 at which an increasing function reaches a value. */
function solve(of: (x: number) => number, value: number): number {
  let [low, high] = [0, 1];
  while (of(high) < value && high < 1e300) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2;
    if (of(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The quantile of Student's t. @param share between 0 and 1 */
export function studentQuantile(share: number, freedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, freedom);
  return solve((t) => studentShare(t, freedom), share);
}
