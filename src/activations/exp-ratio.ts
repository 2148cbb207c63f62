/** WGSL that defines p and q with e^x = p / q: the larger of the two is 1, so nothing overflows. */
export const expRatio = `
      let e = exp_neg_(-abs(x));
      let p = select(T(1.0), e, x < T(0.0));
      let q = select(e, T(1.0), x < T(0.0));`;
