// Loads the next terms of an image through the window, and of a weight: tap after tap, all channels of each, four per slot. A place
// outside the image has an index that wraps round to a large number, and reads as 0.
    let term_slot = (k >> 2u) + a_slot;
    let tap = term_slot / (D.terms >> 2u);
    let s = term_slot % (D.terms >> 2u);
    let away_y = tap / D.kernel_x * D.dilation_y;
    let away_x = tap % D.kernel_x * D.dilation_x;
//#for i in A_LOADS
//#if b_across
//#if strided
    // With a stride, a window starts only at multiples of it.
    let by_y_$i = y_$i - away_y;
    let by_x_$i = x_$i - away_x;
    let at_y_$i = by_y_$i / D.stride_y;
    let at_x_$i = by_x_$i / D.stride_x;
    let starts_$i = (at_y_$i * D.stride_y == by_y_$i) & (at_x_$i * D.stride_x == by_x_$i);
//#else
    let at_y_$i = y_$i - away_y;
    let at_x_$i = x_$i - away_x;
    let starts_$i = true;
//#end
//#else
    let at_y_$i = y_$i + away_y;
    let at_x_$i = x_$i + away_x;
    let starts_$i = true;
//#end
    let inside_$i = starts_$i & (at_y_$i < D.a_h) & (at_x_$i < D.a_w)${INSIDE};
    next_a_$i = select(T(0.0), ${A}[sample_$i + select(0u, (at_y_$i * D.a_w + at_x_$i) * D.a_c4, inside_$i) + s], inside_$i);
//#end
//#if b_few
    if (lane < ${B_FEW}u) {
//#end
//#for i in B_LOADS
//#if b_across
    next_b_$i = ${W}[b_$i + tap * D.group_c * D.w_n4 + s];
//#else
    next_b_$i = ${W}[b_$i + k * D.w_n4];
//#end
//#if ragged
//#if b_across
    next_b_$i = select(T(0.0), next_b_$i, tap < D.taps);
//#else
    next_b_$i = select(T(0.0), next_b_$i, k + b_term + ${i * B_STEP}u < D.k);
//#end
//#end
//#end
//#if b_few
    }
//#end
