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

// x > 0 for denormals too, which a comparison may flush to 0.
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

// e^(h + l) for h + l <= 0.35, where l carries what h was rounded by: |l| <= 0.3 where h > -88.
fn exp_sum_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), h < T(-88.0));
}

// The same times 2^24: as a factor of a product, above the denormals for longer than the product is.
fn exp_sum_lifted_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k + 24.0);
  return select(y, T(0.0), h < T(-104.5));
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

// Phi(-t) e^(t^2/2) = erfcx(t / sqrt 2) / 2 for t in [0, 14] (Phi: normal distribution): P(v) / (t + 2.5) with
// v = t / (t + 2.5), P of degree 9, relative error 1.7e-8; beyond 14 it stays finite.
fn mills_(t: T) -> T {
  let i = 1.0 / (t + 2.5);
  let v = t * i;
  var p = fma(v, T(-0.0792415664), T(0.277658612));
  p = fma(p, v, T(-0.310177743));
  p = fma(p, v, T(0.135384679));
  p = fma(p, v, T(-0.148506507));
  p = fma(p, v, T(0.055693537));
  p = fma(p, v, T(0.291919529));
  p = fma(p, v, T(0.169603199));
  p = fma(p, v, T(-1.24339211));
  p = fma(p, v, T(1.25));
  return p * i;
}

// e^(-2u), u = sqrt(2/pi) (t + 0.044715 t^3), for 0 <= t <= 12. 2u reaches 87, so a rounded u would cost 40 ulp: it is
// taken at h, the first 12 bits of t, whose square is exact, and from there on along its slope; the factor of h is cut to
// 12 bits too. What the cuts leave is collected in l.
// 2 sqrt(2/pi) = 1.595703125 + 6.59966e-5, times 0.044715: 0.07135009765625 + 4.71862e-6 (first parts 12 bits).
fn gelu_tanh_exp_(t: T) -> T {
  let h = hi_(t);
  let b = h * h;
  let bh = hi_(b);
  let ch = hi_(b * 0.0713548163);
  let cl = (bh * 0.07135009765625 - ch) + ((b - bh) * 0.0713548163 + bh * 4.71861635e-6);
  let cubic = h * ch;
  let linear = h * 1.595703125;
  let l = h * (cl + 6.59966078e-5) + (t - h) * (h * t * 0.214064449 + 1.59576912);
  let k = round((cubic + linear + l) * -1.44269504);
  // The larger one first: both differences are then exact. (By a comparison: max and min look for NaN as well.)
  let wide = cubic > linear;
  let large = select(linear, cubic, wide);
  let small = select(cubic, linear, wide);
  let r = ((k * -0.693359375 - large) - small) + (k * 2.12194440e-4 - l);
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), k < T(-126.5));
}

// e^(-|a b|). The product of the first 12 bits of each is exact, the rest is a correction.
fn exp_neg_product_(a: T, b: T) -> T {
  let h = hi_(a) * hi_(b);
  let l = hi_(a) * (b - hi_(b)) + (a - hi_(a)) * b;
  return exp_sum_(-abs(h), -abs(l));
}

// e^(-x^2), e^-(16^2) beyond |x| = 16 (both are 0).
fn exp_neg_square_(x: T) -> T {
  let t = select(abs(x), T(16.0), abs(x) > T(16.0));
  let h = hi_(t);
  return exp_sum_(-(h * h), (h - t) * (h + t));
}

// e^x - 1 over all of float32. 1.4 ulp.
fn expm1_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let s = pow2_(k - 1.0);
  let y = (expm1_poly_(r) * s + (s - 0.5)) * 2.0;
  return select(select(y, x * 3.4e38, x > T(88.722835)), T(-1.0), x < T(-18.0));
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
  // The rest by bits: infinity and NaN as they are, 0 to -infinity, negative numbers to NaN.
  let above = select(y, x, magnitude >= U(0x7f800000u));
  let below = select(bitcast<T>(bits | U(0x7fc00000u)), bitcast<T>(bits | U(0xff800000u)), magnitude == U(0u));
  return select(above, below, (magnitude == U(0u)) | (bits > U(0x80000000u)));
}

// ln(1 + x) with relative precision near 0; -infinity at -1, NaN below.
fn log1p_(x: T) -> T {
  let near = log_ratio_(x / (x + 2.0));
  return select(log_(x + 1.0), near, (x > T(-0.29)) & (x < T(0.41)));
}

// ln(1 + e) for e in [0, 1]: with z = e / (e + 2), 2z = e - e z. 1.3 ulp.
fn log1p_unit_(e: T) -> T {
  let z = e / (e + 2.0);
  return e - (e * z - log_ratio_rest_(z));
}

// ln(1 + e^x), relative precision in the lower tail. 3 ulp.
fn softplus_(x: T) -> T {
  return max(x, T(0.0)) + log1p_unit_(exp_neg_(-abs(x)));
}

// erf through 1 - e^(-t Q(t)): Q of degree 7 on [0, 3.95], error 5.2e-8 relative to erf; 1 beyond. 2.5 ulp.
fn erf_(x: T) -> T {
  let t = select(abs(x), T(3.95), abs(x) > T(3.95));
  var q = t * 3.58331708e-05 - 0.000348261005;
  q = q * t + 0.00116950739;
  q = q * t + 0.000303162029;
  q = q * t - 0.0193779711;
  q = q * t + 0.102829032;
  q = q * t + 0.636615157;
  q = q * t + 1.12837923;
  return copysign_(expm1_neg_(-t * q), x);
}

// 1 - erf x, relative precision in the upper tail.
fn erfc_(x: T) -> T {
  let t = select(abs(x), T(11.0), abs(x) > T(11.0));
  let q = exp_neg_square_(t) * mills_(t * 1.41421356) * 2.0;
  return select(q, 2.0 - q, x < T(0.0));
}

// An angle as a sum h + l, |l| small against |h|, less k quarter turns: pi/2 in three parts, of which the first
// two have 8 and 11 bits, so that their products with k < 2^13 (|angle| < 1.2e4) are exact.
fn reduce_angle_(h: T, l: T, k: T) -> T {
  return ((h - k * 1.5703125) - k * 4.837512969970703e-4) + (l - k * 7.549789954891882e-8);
}

// sin r on |r| <= pi/4: r + r^3 S(r^2), S of degree 2, relative error 4.2e-9.
fn sin_poly_(r: T) -> T {
  let w = r * r;
  return ((w * -0.000195078828 + 0.00833210628) * w - 0.166666538) * w * r + r;
}

// 1 - cos r on |r| <= pi/4: r^2/2 - r^4 C(r^2), C of degree 2, error 1.2e-10 relative to cos.
fn versine_poly_(r: T) -> T {
  let w = r * r;
  return w * 0.5 - ((w * 2.44321018e-05 - 0.00138873083) * w + 0.0416666456) * (w * w);
}

// cos r on |r| <= pi/4.
fn cos_poly_(r: T) -> T {
  return 1.0 - versine_poly_(r);
}

// sin(r + turn quarter turns) for |r| <= pi/4.
fn sin_turned_(r: T, turn: U) -> T {
  let y = select(sin_poly_(r), cos_poly_(r), (turn & U(1u)) != U(0u));
  return bitcast<T>(bitcast<U>(y) ^ ((turn & U(2u)) << U(30u)));
}

// An angle's quarter turns for the low bits of a number: k mod 2^22.
fn quarter_bits_(k: T) -> U {
  return bitcast<U>(k + 12582912.0);
}

// sin(x + shift quarter turns). 1 ulp for |x| <= 1e4, digits lost beyond; from 2^22 on, where neighbouring numbers
// are a half apart, x is taken as 0.
fn sin_shifted_(x: T, shift: U) -> T {
  let a = select(x, T(0.0), abs(x) > T(4194304.0));
  let k = round(a * 0.636619772);
  return sin_turned_(reduce_angle_(a, T(0.0), k), quarter_bits_(k) + shift);
}

// sin x.
fn sin_(x: T) -> T {
  return sin_shifted_(x, U(0u));
}

// cos x.
fn cos_(x: T) -> T {
  return sin_shifted_(x, U(1u));
}

// The same of a product: a x less k quarter turns, without rounding a x first.
fn reduce_product_(a: T, x: T, k: T) -> T {
  let h = hi_(a) * hi_(x);
  return reduce_angle_(h, hi_(a) * (x - hi_(x)) + (a - hi_(a)) * x, k);
}

// sin(a x), without rounding a x first; from |a x| = 2^22 on x is taken as 0.
fn sin_product_(a: T, x: T) -> T {
  let z = select(x, T(0.0), abs(a * x) > T(4194304.0));
  let k = round(a * z * 0.636619772);
  return sin_turned_(reduce_product_(a, z, k), quarter_bits_(k));
}

// 1 - cos(r + turn quarter turns) as whole + part: for 0, 1, 2, 3 quarter turns v, 1 + s, 2 - v, 1 - s, with
// v = 1 - cos r, s = sin r. This is the whole, 0, 1 or 2.
fn versine_whole_(turn: U) -> T {
  return T(select(turn & U(2u), U(1u), (turn & U(1u)) != U(0u)));
}

// And this the part, v, s, -v, -s.
fn versine_part_(r: T, turn: U) -> T {
  let y = select(versine_poly_(r), sin_poly_(r), (turn & U(1u)) != U(0u));
  return bitcast<T>(bitcast<U>(y) ^ ((turn & U(2u)) << U(30u)));
}

// 1 - cos(a x + shift quarter turns), which has relative precision at its zeros; shift 1 makes it 1 + sin(a x).
fn versine_product_(a: T, x: T, shift: U) -> T {
  let z = select(x, T(0.0), abs(a * x) > T(4194304.0));
  let k = round(a * z * 0.636619772);
  let turn = quarter_bits_(k) + shift;
  return versine_whole_(turn) + versine_part_(reduce_product_(a, z, k), turn);
}

// arctan: |x| is turned by 0, pi/4 or pi/2 into [-tan(pi/8), tan(pi/8)] with one division, then z + z^3 P(z^2),
// P of degree 4, relative error 7e-10. 2 ulp.
fn atan_(x: T) -> T {
  let t = abs(x);
  let mid = t > T(0.414213562);
  let far = t > T(2.41421356);
  let n = select(select(t, t - 1.0, mid), T(-1.0), far);
  let d = select(select(T(1.0), t + 1.0, mid), t, far);
  let z = n / d;
  let w = z * z;
  let p = (((w * -0.0609005243 + 0.105991684) * w - 0.14244391) * w + 0.199985281) * w - 0.333333164;
  let turn = select(select(T(0.0), T(0.785398163), mid), T(1.57079633), far);
  return copysign_(turn + (z * w * p + z), x);
}

// A sum with four terms more, in their order; and one with the sum of four terms.
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
