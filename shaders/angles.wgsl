// Sine, cosine and arctan, by the rules of prelude.wgsl. Those of a product call hi_ of special.wgsl, which must come first then.
//
// Reduces an angle h + l (|l| small against |h|) by k quarter turns. pi/2 is split into three parts, of which the first two have
// 8 and 11 bits, so that their products with k < 2^13 (|angle| < 1.2e4) are exact.
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

// The quarter turns k of an angle, modulo 4, in the low bits: k mod 2^22.
fn quarter_bits_(k: T) -> U {
  return bitcast<U>(k + 12582912.0);
}

// sin(x + shift quarter turns). 1 ulp for |x| <= 1e4, less precise beyond. From 2^22 on, where neighbouring numbers are 0.5
// apart, x is taken as 0.
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

// Reduces a product a x by k quarter turns, without rounding a x first.
fn reduce_product_(a: T, x: T, k: T) -> T {
  let h = hi_(a) * hi_(x);
  return reduce_angle_(h, hi_(a) * (x - hi_(x)) + (a - hi_(a)) * x, k);
}

// sin(a x), without rounding a x first. From |a x| = 2^22 on, a x is taken as 0.
fn sin_product_(a: T, x: T) -> T {
  let z = select(x, T(0.0), abs(a * x) > T(4194304.0));
  let k = round(a * z * 0.636619772);
  return sin_turned_(reduce_product_(a, z, k), quarter_bits_(k));
}

// 1 - cos(r + turn quarter turns) is split into whole + part: for 0, 1, 2, 3 quarter turns it is v, 1 + s, 2 - v, 1 - s with
// v = 1 - cos r and s = sin r. This is the whole: 0, 1, 2 or 1.
fn versine_whole_(turn: U) -> T {
  return T(select(turn & U(2u), U(1u), (turn & U(1u)) != U(0u)));
}

// The part: v, s, -v or -s.
fn versine_part_(r: T, turn: U) -> T {
  let y = select(versine_poly_(r), sin_poly_(r), (turn & U(1u)) != U(0u));
  return bitcast<T>(bitcast<U>(y) ^ ((turn & U(2u)) << U(30u)));
}

// 1 - cos(a x + shift quarter turns), with relative precision at its zeros. With shift 1 it is 1 + sin(a x).
fn versine_product_(a: T, x: T, shift: U) -> T {
  let z = select(x, T(0.0), abs(a * x) > T(4194304.0));
  let k = round(a * z * 0.636619772);
  let turn = quarter_bits_(k) + shift;
  return versine_whole_(turn) + versine_part_(reduce_product_(a, z, k), turn);
}

// arctan. Rotates |x| by 0, pi/4 or pi/2 into [-tan(pi/8), tan(pi/8)] with one division, then z + z^3 P(z^2), P of degree 4,
// relative error 7e-10. 2 ulp.
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
