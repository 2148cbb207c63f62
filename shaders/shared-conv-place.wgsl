// Where an invocation loads from: the image, which it reads through the window, and the convolution's weight.
//#for i in A_LOADS
  let place_$i = min(block_row + a_row + ${i * A_STEP}u, D.m - 1u);
  let sample_$i = z * D.a_z + place_$i / (D.row_h * D.row_w) * D.a_h * D.a_w * D.a_c4;
//#if b_across
  let y_$i = place_$i / D.row_w % D.row_h + D.padding_y;
  let x_$i = place_$i % D.row_w + D.padding_x;
//#else
  let y_$i = place_$i / D.row_w % D.row_h * D.stride_y - D.padding_y;
  let x_$i = place_$i % D.row_w * D.stride_x - D.padding_x;
//#end
//#end
//#for i in B_LOADS
//#if b_across
  let b_$i = z * D.w_z + min((b_group + ${i >> 2}u * ${B_STEP}u) * 4u + ${i & 3}u, D.n - 1u) * D.w_n4;
//#else
  let b_$i = z * D.w_z + (b_term + ${i * B_STEP}u) * D.w_n4 + b_slot;
//#end
//#end
//#if bias
//#for j in TN
  let bias_$j = ${W}[z * D.w_z + D.k * D.w_n4 + min(block_slot + tx + ${j * TX}u, D.n4 - 1u)];
//#for i in TM
//#if split
  acc_$i_$j = select(T(0.0), bias_$j, slice == 0u);
//#else
  acc_$i_$j = bias_$j;
//#end
//#end
//#end
//#end
