// Where an invocation loads from for a weight's gradient: four channels of the image at a tap, and four of the cotangent. Both move
// from place to place. Places outside the image have coordinates that wrap round to large numbers.
  let places = D.out_h * D.out_w;
  let first_place = part * D.part_b * places;
  let part_places = min((part + 1u) * D.part_b, D.batch) * places - first_place;
  let tap = a_slot / D.group_c4;
  let away_y = tap / D.kernel_x * D.dilation_y - D.padding_y;
  let away_x = tap % D.kernel_x * D.dilation_x - D.padding_x;
  let in_row = D.in_w * D.in_c4;
  let end_x = D.out_w * D.stride_x;
  let end_y = D.out_h * D.stride_y;
  let skip_x = ${BK * SPLIT}u % D.out_w * D.stride_x;
  let skip_y = ${BK * SPLIT}u / D.out_w % D.out_h * D.stride_y;
  let skip = skip_x * D.in_c4 + skip_y * in_row + ${BK * SPLIT}u / places * D.in_h * in_row;
  let row_skip = D.stride_y * in_row - end_x * D.in_c4;
  let sample_skip = (D.in_h - end_y) * in_row;
//#for i in A_LOADS
  let place_$i = first_place + k + a_term + ${i * A_STEP}u;
  var x_$i = place_$i % D.out_w * D.stride_x;
  var y_$i = place_$i / D.out_w % D.out_h * D.stride_y;
  var at_$i = z * D.x_z + place_$i / places * D.in_h * in_row + (y_$i + away_y) * in_row + (x_$i + away_x) * D.in_c4 + a_slot % D.group_c4;
//#end
//#if ones
  let ones = vec4u(0u, 1u, 2u, 3u) + vec4u(a_slot * 4u) == vec4u(D.rows - 1u);
//#end
//#for i in B_LOADS
  let b_$i = z * D.g_z + (first_place + b_term + ${i * B_STEP}u) * D.n4 + b_slot;
//#end
