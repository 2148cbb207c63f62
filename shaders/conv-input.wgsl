// The gradient of a convolution's input: for each pixel, the cotangents of the places whose window covers it, times the weight.

//#include start

//#for i in TM
  let y_$i = place_$i / D.row_w % D.row_h + D.padding_y;
  let x_$i = place_$i % D.row_w + D.padding_x;
//#end
  for (var tap = 0u; tap < D.taps; tap++) {
    let away_y = tap / D.kernel_x * D.dilation_y;
    let away_x = tap % D.kernel_x * D.dilation_x;
//#for i in TM
//#if strided
    // With a stride, a window starts only at multiples of it.
    let by_y_$i = y_$i - away_y;
    let by_x_$i = x_$i - away_x;
    let at_y_$i = by_y_$i / D.stride_y;
    let at_x_$i = by_x_$i / D.stride_x;
    let starts_$i = (at_y_$i * D.stride_y == by_y_$i) & (at_x_$i * D.stride_x == by_x_$i);
    let inside_$i = starts_$i & (at_y_$i < D.a_h) & (at_x_$i < D.a_w);
//#else
    let at_y_$i = y_$i - away_y;
    let at_x_$i = x_$i - away_x;
    let inside_$i = (at_y_$i < D.a_h) & (at_x_$i < D.a_w);
//#end
    let a_$i = sample_$i + channel_group * D.group_a4 + select(0u, (at_y_$i * D.a_w + at_x_$i) * D.a_c4, inside_$i);
//#end
//#if quad
//#for j in TN
    let w_at_$j = z * D.w_z + (tap * D.group_c + min(first_slot * 4u + ${4 * j}u + q, D.n - 1u)) * D.w_n4;
//#end
//#else
//#for n in TN4
    let w_at_$n = z * D.w_z + (tap * D.group_c + min(first_slot * 4u + $nu, D.n - 1u) % D.group_c) * D.w_n4 + channel_group * D.group_a4;
//#end
//#end
    let slots = (D.terms + 3u) >> 2u;
    for (var s = 0u; s < slots; s++) {
//#if tail
      // The last slot of a row may contain padding, which may be any value.
      let real = (vec4u(0u, 1u, 2u, 3u) + vec4u(s * 4u)) < vec4u(D.terms);
//#end
//#for e in LOADS
//#if tail
      let w_slot_$e = select(T(0.0), ${W}[w_at_$e + s], real);
//#else
      let w_slot_$e = ${W}[w_at_$e + s];
//#end
//#end
//#for n in TN4
//#if quad
      let w_$n = quadBroadcast(w_slot_${n >> 2}, ${n & 3}u);
//#else
      let w_$n = w_slot_$n;
//#end
//#end
//#for i in TM
//#if tail
      let v_$i = select(T(0.0), ${A}[a_$i + s], real & vec4<bool>(inside_$i));
//#else
      let v_$i = select(T(0.0), ${A}[a_$i + s], inside_$i);
//#end
//#for j in TN
//#for n in 4
      let sum_$i_$j_$n = four_terms_(v_$i, w_${4 * j + n}, acc_$i_$j[$n]);
//#end
      acc_$i_$j = T(sum_$i_$j_0, sum_$i_$j_1, sum_$i_$j_2, sum_$i_$j_3);
//#end
//#end
    }
  }

  var sums = array<T, ${TM * TN}>(${SUMS});
//#include store
