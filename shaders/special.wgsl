// Special functions for some activations, by the rules of prelude.wgsl and based on its functions. A page carries them only if it
// uses one of those activations.

// The first 12 significant bits of x: a product of two such numbers is exact.
fn hi_(x: T) -> T {
  return bitcast<T>(bitcast<U>(x) & U(0xfffff000u));
}

// e^(h + l) for h + l <= 0.35, where l is the rounding error of h: |l| <= 0.3 for h > -88.
fn exp_sum_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), h < T(-88.0));
}

// e^(h + l) - 1 for such h and l, in the same steps as exp_sum_, so that a kernel with both shares them. 2 ulp.
fn expm1_sum_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  return select(exp_sum_(h, l) - 1.0, expm1_poly_(r), k == T(0.0));
}

// 2^24 e^(h + l), a factor for products: it keeps the factor above the denormals longer than the product.
fn exp_sum_lifted_(h: T, l: T) -> T {
  let k = round((h + l) * 1.44269504);
  let r = ((h - k * 0.693359375) + k * 2.12194440e-4) + l;
  let y = (expm1_poly_(r) + 1.0) * pow2_(k + 24.0);
  return select(y, T(0.0), h < T(-104.5));
}

// e^(-t^2/2) for t >= 0. Squares the first 12 bits of t exactly and corrects for the rest.
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

// e^(-2u), u = sqrt(2/pi) (t + 0.044715 t^3), for 0 <= t <= 12. 2u reaches 87, so a rounded u would cost 40 ulp. Instead, u is
// computed at h, the first 12 bits of t, whose square is exact, and continued along its slope; the factor of h is cut to 12 bits
// too. The remainders of these cuts are collected in l.
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
  // The larger one first, so that both differences are exact. (A comparison, because max and min also check for NaN.)
  let wide = cubic > linear;
  let large = select(linear, cubic, wide);
  let small = select(cubic, linear, wide);
  let r = ((k * -0.693359375 - large) - small) + (k * 2.12194440e-4 - l);
  let y = (expm1_poly_(r) + 1.0) * pow2_(k);
  return select(y, T(0.0), k < T(-126.5));
}

// e^(-|a b|). Multiplies the first 12 bits of each exactly and corrects for the rest.
fn exp_neg_product_(a: T, b: T) -> T {
  let h = hi_(a) * hi_(b);
  let l = hi_(a) * (b - hi_(b)) + (a - hi_(a)) * b;
  return exp_sum_(-abs(h), -abs(l));
}

// e^(-|a b|) - 1.
fn expm1_neg_product_(a: T, b: T) -> T {
  let h = hi_(a) * hi_(b);
  let l = hi_(a) * (b - hi_(b)) + (a - hi_(a)) * b;
  return expm1_sum_(-abs(h), -abs(l));
}

// e^(-x^2). Beyond |x| = 16 it is e^-(16^2), which is also 0.
fn exp_neg_square_(x: T) -> T {
  let t = select(abs(x), T(16.0), abs(x) > T(16.0));
  let h = hi_(t);
  return exp_sum_(-(h * h), (h - t) * (h + t));
}

// 2^24 e^(-x^2), to be multiplied by other factors before 2^-24: it stays above the denormals as long as the product does.
fn exp_neg_square_lifted_(x: T) -> T {
  let t = select(abs(x), T(16.0), abs(x) > T(16.0));
  let h = hi_(t);
  return exp_sum_lifted_(-(h * h), (h - t) * (h + t));
}

// e^x - 1 over all of float32. 1.4 ulp.
fn expm1_(x: T) -> T {
  let k = round(x * 1.44269504);
  let r = (x - k * 0.693359375) + k * 2.12194440e-4;
  let s = pow2_(k - 1.0);
  let y = (expm1_poly_(r) * s + (s - 0.5)) * 2.0;
  return select(select(y, x * 3.4e38, x > T(88.722835)), T(-1.0), x < T(-18.0));
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

// erf as 1 - e^(-t Q(t)): Q of degree 7 on [0, 3.95], error 5.2e-8 relative to erf; 1 beyond. 2.5 ulp.
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
