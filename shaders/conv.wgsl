// A convolution's three products without the matrix of windows: where a product of matrices reads a row of A, this reads
// the pixels that a window covers. Blocks, sums and epilogue are those of matmul.wgsl: one invocation computes ${TM}
// rows by ${TN} slots of the result, and the order of every sum is that of the taps and channels (or, for the weight's
// gradient, of the places), whatever the block. Images are [Z, B, H, W, C], one slot for four channels; a place outside
// the image has an index that wraps round to a large one, and reads as 0.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#if weight
  let blocks_c = (D.group_c4 + ${TM4 - 1}u) / ${TM4}u;
  let blocks_part = blocks_c * D.taps + D.bias;
  let blocks_m = D.parts * blocks_part;
//#else
  let blocks_m = (D.m + ${TM - 1}u) / ${TM}u;
//#end
  if (block >= blocks_n * blocks_m * D.z) { return; }
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
  let z = block_zm / blocks_m;
  let block_m = block_zm % blocks_m;
  let first_slot = block_n * ${TN}u;
  // Slots past the edge repeat the last one and are not stored; no block reaches into a second group of channels.
  let channel_group = first_slot / D.group_n4;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#end
//#end

//#if weight
  // Rows: taps by input channels, ${TM4} slots of channels a block, and one block more for the bias, whose input is 1.
  // Columns: output channels. Samples of one part are summed; windows that leave the image are skipped, not masked.
  let part = block_m / blocks_part;
  let block_k = block_m % blocks_part;
  let tap = block_k / blocks_c;
  let first_channel = block_k % blocks_c * ${TM4}u;
  let last_sample = min((part + 1u) * D.part_b, D.batch);
//#for j in TN
  let g_$j = z * D.g_z + min(first_slot + $ju, D.n4 - 1u);
//#end
  if (tap < D.taps) {
    let away = vec2i(vec2u(tap % D.kernel_x, tap / D.kernel_x) * vec2u(D.dilation_x, D.dilation_y)) - vec2i(vec2u(D.padding_x, D.padding_y));
    let by = vec2i(vec2u(D.stride_x, D.stride_y));
    let start = vec2u(max((by - 1 - away) / by, vec2i(0)));
    let size = vec2i(vec2u(D.in_w, D.in_h)) - 1 - away;
    let stop = min(vec2u(max(select(size / by + 1, vec2i(0), size < vec2i(0)), vec2i(0))), vec2u(D.out_w, D.out_h));
//#for i in TM4
    let channel_$i = z * D.x_z + channel_group * D.group_c4 + min(first_channel + $iu, D.group_c4 - 1u);
//#end
    for (var b = part * D.part_b; b < last_sample; b++) {
      for (var oy = start.y; oy < stop.y; oy++) {
        let x_row = (b * D.in_h + u32(i32(oy) * by.y + away.y)) * D.in_w;
        let g_row = (b * D.out_h + oy) * D.out_w;
        var ox = start.x;
        for (; ox + 4u <= stop.x; ox += 4u) {
//#for l in 4
          let x_at_$l = (x_row + u32(i32(ox + $lu) * by.x + away.x)) * D.in_c4;
          let g_at_$l = (g_row + ox + $lu) * D.n4;
//#for i in TM4
          let x_$l_$i = ${X}[channel_$i + x_at_$l];
//#end
//#for j in TN
          let w_$l_$j = ${G}[g_$j + g_at_$l];
//#end
//#end
//#for i in TM4
//#for r in LANES
//#for j in TN
          acc_${4 * i + r}_$j = acc_${4 * i + r}_$j + x_0_$i[$r] * w_0_$j + x_1_$i[$r] * w_1_$j + x_2_$i[$r] * w_2_$j + x_3_$i[$r] * w_3_$j;
//#end
//#end
//#end
        }
        for (; ox < stop.x; ox++) {
          let x_at = (x_row + u32(i32(ox) * by.x + away.x)) * D.in_c4;
          let g_at = (g_row + ox) * D.n4;
//#for j in TN
          let w_$j = ${G}[g_$j + g_at];
//#end
//#for i in TM4
          let x_$i = ${X}[channel_$i + x_at];
//#for r in LANES
//#for j in TN
          acc_${4 * i + r}_$j += x_$i[$r] * w_$j;
//#end
//#end
//#end
        }
      }
    }
  } else {
    for (var i = part * D.part_b * D.out_h * D.out_w; i < last_sample * D.out_h * D.out_w; i++) {
//#for j in TN
      acc_0_$j += ${G}[g_$j + i * D.n4];
//#end
    }
  }
//#else
  let first_row = block_m * ${TM}u;
//#for i in TM
  let place_$i = min(first_row + $iu, D.m - 1u);
  let sample_$i = z * D.a_z + place_$i / (D.row_h * D.row_w) * D.a_h * D.a_w * D.a_c4;
//#if forward
  let y_$i = place_$i / D.row_w % D.row_h * D.stride_y - D.padding_y;
  let x_$i = place_$i % D.row_w * D.stride_x - D.padding_x;
//#else
  let y_$i = place_$i / D.row_w % D.row_h + D.padding_y;
  let x_$i = place_$i % D.row_w + D.padding_x;
//#end
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
//#if forward
    let at_y_$i = y_$i + away_y;
    let at_x_$i = x_$i + away_x;
    let inside_$i = (at_y_$i < D.a_h) & (at_x_$i < D.a_w);
//#else
//#if strided
    // Only every so many-th place has a window that starts there.
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
//#end
    let a_$i = sample_$i + channel_group * D.group_a4 + select(0u, (at_y_$i * D.a_w + at_x_$i) * D.a_c4, inside_$i);
//#end
//#if forward
//#for j in TN
    let w_at_$j = z * D.w_z + tap * D.terms * D.w_n4 + min(first_slot + $ju, D.n4 - 1u);
//#end
    // Four channels at a time: a sum is then loaded and stored once for four, where registers are few.
    for (var s = 0u; s < (D.terms >> 2u); s++) {
//#for l in 4
//#for j in TN
      let w_$l_$j = ${W}[w_at_$j + (s * 4u + $lu) * D.w_n4];
//#end
//#end
//#for i in TM
      let v_$i = select(T(0.0), ${A}[a_$i + s], inside_$i);
//#for j in TN
      acc_$i_$j = acc_$i_$j + v_$i.x * w_0_$j + v_$i.y * w_1_$j + v_$i.z * w_2_$j + v_$i.w * w_3_$j;
//#end
//#end
    }
//#if tail
    // What is left of the channels; the other lanes of the slot are padding.
//#for l in TAIL
//#for j in TN
    let w_$l_$j = ${W}[w_at_$j + ((D.terms & ~3u) + $lu) * D.w_n4];
//#end
//#end
//#for i in TM
    let v_$i = select(T(0.0), ${A}[a_$i + (D.terms >> 2u)], inside_$i);
//#for l in TAIL
//#for j in TN
    acc_$i_$j += v_$i[$l] * w_$l_$j;
//#end
//#end
//#end
//#end
//#else
//#for n in TN4
    let w_at_$n = z * D.w_z + (tap * D.group_c + min(first_slot * 4u + $nu, D.n - 1u) % D.group_c) * D.w_n4 + channel_group * D.group_a4;
//#end
    let slots = (D.terms + 3u) >> 2u;
    for (var s = 0u; s < slots; s++) {
//#if tail
      // The last slot of a row may hold padding, and padding anything.
      let real = (vec4u(0u, 1u, 2u, 3u) + vec4u(s * 4u)) < vec4u(D.terms);
//#end
//#for n in TN4
//#if tail
      let w_$n = select(T(0.0), ${W}[w_at_$n + s], real);
//#else
      let w_$n = ${W}[w_at_$n + s];
//#end
//#end
//#for i in TM
//#if tail
      let v_$i = select(T(0.0), ${A}[a_$i + s], real & vec4<bool>(inside_$i));
//#else
      let v_$i = select(T(0.0), ${A}[a_$i + s], inside_$i);
//#end
//#for j in TN
      acc_$i_$j += T(dot(v_$i, w_${4 * j}), dot(v_$i, w_${4 * j + 1}), dot(v_$i, w_${4 * j + 2}), dot(v_$i, w_${4 * j + 3}));
//#end
//#end
    }
//#end
  }
//#end

  var sums = array<T, ${TM * TN}>(${SUMS});
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let c = first_slot + t % ${TN}u;
//#if weight
    let channel = first_channel * 4u + t / ${TN}u;
    let is_bias = tap == D.taps;
    if (c >= D.n4 || channel >= select(D.group_c, 1u, is_bias)) { continue; }
    let row = part * D.rows + select(tap * D.group_c + channel, D.rows - 1u, is_bias);
//#else
    let row = first_row + t / ${TN}u;
    if (row >= D.m || c >= D.n4) { continue; }
//#end
    let acc = sums[t];
    ${EPILOGUE}
  }
}
