/** WGSL of a form over x: e^x = p / q, where the larger of the two is 1 and the other e, so that nothing overflows. */
export const expRatio = `
      let e = exp_neg_(-abs(x));
      let p = select(T(1.0), e, x < T(0.0));
      let q = select(e, T(1.0), x < T(0.0));`;
