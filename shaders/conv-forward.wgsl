// A convolution. The weight's rows are ordered by taps, then input channels, so a slot of the image meets four of them.

//#include start

//#for i in TM
  let y_$i = place_$i / D.row_w % D.row_h * D.stride_y - D.padding_y;
  let x_$i = place_$i % D.row_w * D.stride_x - D.padding_x;
//#end
//#if bias
//#for j in TN
  let bias_$j = ${W}[z * D.w_z + D.k * D.w_n4 + min(first_slot + $ju, D.n4 - 1u)];
//#for i in TM
  acc_$i_$j = bias_$j;
//#end
//#end
//#end
  for (var tap = 0u; tap < D.taps; tap++) {
    let away_y = tap / D.kernel_x * D.dilation_y;
    let away_x = tap % D.kernel_x * D.dilation_x;
//#for i in TM
    let at_y_$i = y_$i + away_y;
    let at_x_$i = x_$i + away_x;
    let inside_$i = (at_y_$i < D.a_h) & (at_x_$i < D.a_w);
    let a_$i = sample_$i + channel_group * D.group_a4 + select(0u, (at_y_$i * D.a_w + at_x_$i) * D.a_c4, inside_$i);
//#end
//#for j in TN
    let w_at_$j = z * D.w_z + tap * D.terms * D.w_n4 + min(first_slot + $ju, D.n4 - 1u);
//#end
    // Four channels at a time, so that a sum is loaded and stored once for all four where registers are few.
    for (var s = 0u; s < (D.terms >> 2u); s++) {
//#for j in TN
//#if quad
      let w_slot_$j = ${W}[w_at_$j + (s * 4u + q) * D.w_n4];
//#end
//#for l in 4
//#if quad
      let w_$l_$j = quadBroadcast(w_slot_$j, $lu);
//#else
      let w_$l_$j = ${W}[w_at_$j + (s * 4u + $lu) * D.w_n4];
//#end
//#end
//#end
//#for i in TM
      let v_$i = select(T(0.0), ${A}[a_$i + s], inside_$i);
//#for j in TN
//#for l in 4
      acc_$i_$j = fma(T(v_$i[$l]), w_$l_$j, acc_$i_$j);
//#end
//#end
//#end
    }
//#if tail
    // The remaining channels; the slot's other lanes are padding.
//#for l in TAIL
//#for j in TN
    let w_$l_$j = ${W}[w_at_$j + ((D.terms & ~3u) + $lu) * D.w_n4];
//#end
//#end
//#for i in TM
//#for l in TAIL
    let v_$i_$l = select(0.0, ${A}[a_$i + (D.terms >> 2u)][$l], inside_$i);
//#end
//#for j in TN
//#for l in TAIL
    acc_$i_$j = fma(T(v_$i_$l), w_$l_$j, acc_$i_$j);
//#end
//#end
//#end
//#end
  }

  var sums = array<T, ${TM * TN}>(${SUMS});
//#include store
