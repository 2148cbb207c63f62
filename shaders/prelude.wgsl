// Stable float32 functions, written once for a lane type: T is f32 or vec4f, U, I, B follow it.
// WGSL guarantees little about its built-ins (tanh may be off by 1e-5, exp by 3 + 2|x| ulp, sin is defined on
// [-pi, pi] only, and x != x need not detect NaN), so everything transcendental is built here from + - * /, abs,
// round, select and the bits of the number. Rules that keep it exact on every compiler:
// - branch-free, no component access; a lane outside a formula's range computes anything and is selected away;
// - a range reduction subtracts products that are exact in float32 (factors cut to few bits), so that neither
//   rounding nor a fused multiply-add changes it;
// - NaN passes through comparisons as false and through arithmetic, so clamps are selects, never min or max.
// A renderer includes only the functions that a module reaches.

// The first 12 significant bits of x: the product of two such numbers is exact.
fn hi_(x: T) -> T {
  return bitcast<T>(bitcast<U>(x) & U(0xfffff000u));
}

// |x| with the sign of s.
fn copysign_(x: T, s: T) -> T {
  return bitcast<T>((bitcast<U>(x) & U(0x7fffffffu)) | (bitcast<U>(s) & U(0x80000000u)));
}

fn is_nan_(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u);
}

fn is_inf_(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) == U(0x7f800000u);
}

fn is_finite_(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) < U(0x7f800000u);
}

// 2^k for an integral k in [-126, 127], 0 for k = -127. Adding 1.5 * 2^23 + 127 leaves k + 127 in the low bits.
fn pow2_(k: T) -> T {
  return bitcast<T>(bitcast<U>(k + 12583039.0) << U(23u));
}

// e^r - 1 on |r| <= ln(2)/2: r + r^2 q(r), q of degree 4, relative error 1.4e-8.
fn expm1_poly_(r: T) -> T {
  let q = (((r * 0.00138378644 + 0.00836708769) * r + 0.0416677482) * r + 0.16666539) * r + 0.49999997;
  return r + r * r * q;
}

// e^x over all of float32: 0 below -87.34 (no denormals), infinity from 88.72284 on. 1 ulp.
// ln 2 is split as 0.693359375 (10 bits: its product with k is exact) - 2.12194440e-4.
fn exp_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let p = expm1_poly_(r) + 1.0;
  // k goes to the exponent by an integer sum, which reaches 2^128 (1 - 2^-24) as a product with 2^k would not.
  let y = bitcast<T>(bitcast<U>(p) + (bitcast<U>(k + 12582912.0) << U(23u)));
  return select(select(y, x * 3.4e38, x > T(88.722835)), T(0.0), x < T(-87.33655));
}

// e^x for x <= 0.35: as exp_ without the upper end.
fn exp_neg_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), x < T(-87.33655));
}

// e^(h + l) for h + l <= 0.35, where l carries what h was rounded by: |l| <= max(0.2, |h|/256).
fn exp_sum_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), h < T(-87.33655));
}

// e^x - 1 for x <= 0.35: 2^k (e^r - 1) + (2^k - 1), one rounding. 1 ulp.
fn expm1_neg_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let s = pow2_(k);
  return select(expm1_poly_(r) * s + (s - 1.0), T(-1.0), x < T(-18.0));
}

// 1 / (1 + e^-x), relative precision on both sides. 2.2 ulp.
fn sigmoid_(x: T) -> T {
  let e = exp_neg_(-abs(x));
  return select(T(1.0), e, x < T(0.0)) / (e + 1.0);
}

// tanh through e^(-2|x|) - 1: relative precision down to 0 without a second polynomial. 2.5 ulp.
fn tanh_(x: T) -> T {
  let m = expm1_neg_(abs(x) * -2.0);
  return copysign_(m / (m + 2.0), x);
}

// e^(-t^2/2) for t >= 0. The square is taken of the first 12 bits (exact), the rest is a correction.
fn exp_half_square_(t: T) -> T {
  let h = hi_(t);
  return exp_sum_(h * h * -0.5, (h - t) * (h + t) * 0.5);
}

// Phi(-t) e^(t^2/2) = erfcx(t / sqrt 2) / 2 for t in [0, 14] (Phi: normal distribution): P(v) / (t + 4) with
// v = (t - 4)/(t + 4), P of degree 9, relative error 1.8e-8; beyond 14 it stays finite.
fn mills_(t: T) -> T {
  let i = 1.0 / (t + 4.0);
  let v = (t - 4.0) * i;
  var p = v * -0.000103455721 + 0.00022989625;
  p = p * v + 0.0015699357;
  p = p * v - 0.00354703027;
  p = p * v - 0.00753152836;
  p = p * v + 0.0604118407;
  p = p * v - 0.18652226;
  p = p * v + 0.387136251;
  p = p * v - 0.607896626;
  p = p * v + 0.755285144;
  return p * i;
}

// e^(-2u), u = sqrt(2/pi) (t + 0.044715 t^3), for 0 <= t <= 12. 2u reaches 87, so a rounded u would cost 40 ulp:
// t^2 = b + d with b exact; t^3's factor and t are cut to 12 bits; what the cuts leave is collected in l.
// 2 sqrt(2/pi) = 1.595703125 + 6.59966e-5, times 0.044715: 0.07135009765625 + 4.71862e-6 (first parts 12 bits).
fn gelu_tanh_exp_(t: T) -> T {
  let h = hi_(t);
  let rest = t - h;
  let b = h * h;
  let d = rest * (t + h);
  let bh = hi_(b);
  let bl = (b - bh) + d;
  let c = (b + d) * 0.0713548163;
  let ch = hi_(c);
  let cl = (bh * 0.07135009765625 - ch) + (bl * 0.0713548163 + bh * 4.71861635e-6);
  let cubic = h * ch;
  let linear = h * 1.595703125;
  let l = (h * 6.59966078e-5 + rest * 1.59576912) + (rest * ch + t * cl);
  let k = round((cubic + linear + l) * -1.44269504);
  // The larger one first: both differences are then exact.
  let r = ((-max(cubic, linear) - k * 0.693359375) - min(cubic, linear)) + (k * 2.12194440e-4 - l);
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), k < T(-126.5));
}
