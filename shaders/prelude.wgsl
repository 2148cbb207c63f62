// Stable float32 functions, written once for a lane type: T is f32 or vec4f, U, I, B follow it.
// WGSL guarantees little about its built-ins (tanh may be off by 1e-5, exp by 3 + 2|x| ulp, sin is defined on
// [-pi, pi] only, and x != x need not detect NaN), so everything transcendental is built here from + - * /, abs,
// round, select and the bits of the number. Rules that keep it exact on every compiler:
// - branch-free, no component access; a lane outside a formula's range computes anything and is selected away;
// - a range reduction subtracts products that are exact in float32 (factors cut to few bits), so that neither
//   rounding nor a fused multiply-add changes it;
// - NaN passes through comparisons as false and through arithmetic, so clamps are selects, never min or max.
// A renderer includes only the functions that a module reaches.

// |x| with the sign of s.
fn copysign_(x: T, s: T) -> T {
  return bitcast<T>((bitcast<U>(x) & U(0x7fffffffu)) | (bitcast<U>(s) & U(0x80000000u)));
}

fn is_nan_(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u);
}

// Minus infinity. WGSL has no literal for it, so the bits of a variable are reinterpreted at run time.
fn minus_infinity_() -> T {
  var bits = 0xff800000u;
  return T(bitcast<f32>(bits));
}

// A power of two from 2^-100 to 1 by which numbers up to this size are scaled, so that they can be squared and summed.
fn shrink_(size: T) -> T {
  let exponent = clamp(bitcast<U>(size) >> U(23u), U(127u), U(227u));
  return bitcast<T>((U(254u) - exponent) << U(23u));
}

fn is_finite_(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) < U(0x7f800000u);
}

// x > 0, also for denormals, which a comparison may flush to 0.
fn is_positive_(x: T) -> B {
  return bitcast<I>(x) > I(0);
}

// 2^k for an integral k in [-126, 127], 0 for k = -127. Adding 1.5 * 2^23 + 127 leaves k + 127 in the low bits.
fn pow2_(k: T) -> T {
  return bitcast<T>(bitcast<U>(k + 12583039.0) << U(23u));
}

// e^r - 1 on |r| <= ln(2)/2: r + r^2 q(r), q of degree 4, relative error 1.4e-8.
fn expm1_poly_(r: T) -> T {
  var q = fma(r, T(0.00138378644), T(0.00836708769));
  q = fma(q, r, T(0.0416677482));
  q = fma(q, r, T(0.16666539));
  q = fma(q, r, T(0.49999997));
  return fma(r * r, q, r);
}

// e^x over all of float32: 0 below -87.34 (no denormals), infinity from 88.72284 on. 1 ulp.
// ln 2 is split as 0.693359375 (10 bits: its product with k is exact) - 2.12194440e-4.
fn exp_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let p = expm1_poly_(r) + 1.0;
  // An integer addition puts k into the exponent. It reaches 2^128 (1 - 2^-24), unlike a product with 2^k.
  let y = bitcast<T>(bitcast<U>(p) + (bitcast<U>(k + 12582912.0) << U(23u)));
  return select(select(y, x * 3.4e38, x > T(88.722835)), T(0.0), x < T(-87.33655));
}

// e^x for x <= 0.35: like exp_, but without the overflow.
fn exp_neg_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), x < T(-87.33655));
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

// tanh from e^(-2|x|) - 1: relative precision down to 0 without a second polynomial. 2.5 ulp.
fn tanh_(x: T) -> T {
  let m = expm1_neg_(abs(x) * -2.0);
  return copysign_(m / (m + 2.0), x);
}

// ln((1 + z) / (1 - z)) - 2z for |z| <= 1/3: z^3 P(z^2), P of degree 3, error 4.5e-9 relative to the logarithm.
fn log_ratio_rest_(z: T) -> T {
  let w = z * z;
  return (((w * 0.280068189 + 0.280030221) * w + 0.400214374) * w + 0.666664183) * w * z;
}

// ln((1 + z) / (1 - z)) for |z| <= 1/3.
fn log_ratio_(z: T) -> T {
  return log_ratio_rest_(z) + z * 2.0;
}

// ln x over all of float32, denormals too: -infinity at 0, NaN below. With x = 2^k m, m in [sqrt 1/2, sqrt 2).
fn log_(x: T) -> T {
  let bits = bitcast<U>(x);
  let tiny = bits < U(0x00800000u);
  // A denormal's bits, read as an integer, are x * 2^149.
  let u = select(bits, bitcast<U>(T(bits)), tiny) - U(0x3f3504f3u);
  let k = T(bitcast<I>(u) >> U(23u)) - select(T(0.0), T(149.0), tiny);
  let m = bitcast<T>((u & U(0x007fffffu)) + U(0x3f3504f3u));
  let y = k * 0.693359375 + (log_ratio_((m - 1.0) / (m + 1.0)) - k * 2.12194440e-4);
  let magnitude = bits & U(0x7fffffffu);
  // Special cases by bits: infinity and NaN unchanged, 0 to -infinity, negative numbers to NaN.
  let above = select(y, x, magnitude >= U(0x7f800000u));
  let below = select(bitcast<T>(bits | U(0x7fc00000u)), bitcast<T>(bits | U(0xff800000u)), magnitude == U(0u));
  return select(above, below, (magnitude == U(0u)) | (bits > U(0x80000000u)));
}

// ln(1 + x) with relative precision near 0; -infinity at -1, NaN below.
fn log1p_(x: T) -> T {
  let near = log_ratio_(x / (x + 2.0));
  return select(log_(x + 1.0), near, (x > T(-0.29)) & (x < T(0.41)));
}

// Adds four terms to a sum: one after another, or summed first.
fn four_terms_(x: vec4f, w: vec4f, sum: f32) -> f32 {
  return fma(x.w, w.w, fma(x.z, w.z, fma(x.y, w.y, fma(x.x, w.x, sum))));
}
fn four_summed_(x: vec4f, w: vec4f, sum: f32) -> f32 {
  return sum + dot(x, w);
}

// The same for four columns: x[i] times row i.
fn four_rows_(x: vec4f, w_0: vec4f, w_1: vec4f, w_2: vec4f, w_3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(x.w), w_3, fma(vec4f(x.z), w_2, fma(vec4f(x.y), w_1, fma(vec4f(x.x), w_0, sum))));
}
fn four_rows_summed_(x: vec4f, w_0: vec4f, w_1: vec4f, w_2: vec4f, w_3: vec4f, sum: vec4f) -> vec4f {
  return sum + mat4x4f(w_0, w_1, w_2, w_3) * x;
}
