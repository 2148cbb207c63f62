// A convolution's three products without the matrix of windows: where a product of matrices reads a row of A, this reads
// the pixels that a window covers. Blocks, sums and epilogue are those of matmul.wgsl: one invocation computes ${TM}
// rows by ${TN} slots of the result, and the order of every sum is that of the taps and channels (or, for the weight's
// gradient, of runs of ${RUN} places, then of these), whatever the block. Images are [Z, B, H, W, C], one slot for four
// channels; a place outside the image has an index that wraps round to a large one, and reads as 0.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
//#if quad
  // What the four invocations of a quad have in common each loads a quarter of, and they exchange it: the rows of the
  // weight's gradient, the columns of the others, which are often few.
  let q = lane & 3u;
//#end
//#if weight
//#if quad
  let blocks_n = (D.n4 + ${TN * 4 - 1}u) / ${TN * 4}u * 4u;
//#else
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#end
  let blocks_c = (D.group_c4 + ${TM4 - 1}u) / ${TM4}u;
  let blocks_part = blocks_c * (D.taps / ${TAPS}u) + D.bias;
  let blocks_m = D.parts * blocks_part;
//#else
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#if quad
  let blocks_m = (D.m + ${TM * 4 - 1}u) / ${TM * 4}u * 4u;
//#else
  let blocks_m = (D.m + ${TM - 1}u) / ${TM}u;
//#end
//#end
  if (block >= blocks_n * blocks_m * D.z) { return; }
//#if across
  let block_n = (block >> 2u) % blocks_n;
  let block_zm = (block >> 2u) / blocks_n * 4u + q;
//#else
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
//#end
  let z = block_zm / blocks_m;
  let block_m = block_zm % blocks_m;
  let first_slot = block_n * ${TN}u;
  // Slots past the edge repeat the last one and are not stored; no block reaches into a second group of channels.
  let channel_group = min(first_slot, D.n4 - 1u) / D.group_n4;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#end
//#end

//#if weight
  // Rows: taps by input channels, a block of ${TAPS} by ${TM4} slots of these, and one block more for the bias, whose
  // input is 1. Columns: output channels. The places of one part's samples are summed: in runs, for a sum in one go would
  // round terms that repeat (a plain background) the same way each time.
  let part = block_m / blocks_part;
  let block_k = block_m % blocks_part;
  let tap = block_k / blocks_c * ${TAPS}u;
  let first_channel = block_k % blocks_c * ${TM4}u;
  let places = D.out_h * D.out_w;
  let first_place = part * D.part_b * places;
  let last_place = min((part + 1u) * D.part_b, D.batch) * places;
//#for j in TN
  let g_$j = z * D.g_z + min(first_slot + $ju, D.n4 - 1u);
//#end
  if (tap < D.taps) {
//#for t in TAPS
    let away_y_$t = (tap + $tu) / D.kernel_x * D.dilation_y - D.padding_y;
    let away_x_$t = (tap + $tu) % D.kernel_x * D.dilation_x - D.padding_x;
//#end
//#for i in TM4
    let channel_$i = z * D.x_z + channel_group * D.group_c4 + min(first_channel + $iu, D.group_c4 - 1u);
//#end
//#if quad
    var at_0 = place_(first_place + q);
//#else
//#for l in 4
    var at_$l = place_(first_place + $lu);
//#end
//#end
    for (var first = first_place; first < last_place; first += ${RUN}u) {
//#for i in TM
//#for j in TN
      var run_$i_$j = T(0.0);
//#end
//#end
      let stop = min(first + ${RUN}u, last_place);
      for (var p = first; p < stop; p += 4u) {
//#for l in 4
        let g_at_$l = min(p + $lu, stop - 1u) * D.n4;
//#for j in TN
        let w_$l_$j = ${G}[g_$j + g_at_$l];
//#end
//#end
//#for l in LOADS
//#if quad
        let real_$l = p + q < stop;
//#else
        let real_$l = p + $lu < stop;
//#end
        let from_y_$l = at_$l.y * D.stride_y;
        let from_x_$l = at_$l.x * D.stride_x;
//#for t in TAPS
        let y_$l_$t = from_y_$l + away_y_$t;
        let x_$l_$t = from_x_$l + away_x_$t;
        let inside_$l_$t = (y_$l_$t < D.in_h) & (x_$l_$t < D.in_w) & real_$l;
        let x_at_$l_$t = select(0u, ((at_$l.z * D.in_h + y_$l_$t) * D.in_w + x_$l_$t) * D.in_c4, inside_$l_$t);
//#for i in TM4
//#if few
//#for r in LANES
        let x_slot_$l_$t_$i_$r = select(0.0, ${X}[channel_$i + x_at_$l_$t][$r], inside_$l_$t);
//#end
//#else
        let x_slot_$l_$t_$i = select(T(0.0), ${X}[channel_$i + x_at_$l_$t], inside_$l_$t);
//#end
//#end
//#end
//#for s in 4
        at_$l = next_(at_$l);
//#end
//#end
//#for t in TAPS
//#for i in TM4
//#for l in 4
//#if few
//#for r in LANES
//#if quad
        let v_$l_$t_$i_$r = quadBroadcast(x_slot_0_$t_$i_$r, $lu);
//#else
        let v_$l_$t_$i_$r = x_slot_$l_$t_$i_$r;
//#end
//#end
//#else
//#if quad
        let v_$l_$t_$i = quadBroadcast(x_slot_0_$t_$i, $lu);
//#else
        let v_$l_$t_$i = x_slot_$l_$t_$i;
//#end
//#for r in 4
        let v_$l_$t_$i_$r = v_$l_$t_$i[$r];
//#end
//#end
//#end
//#for r in LANES
//#for j in TN
//#for l in 4
        run_${t * ROWS + i * LANES + r}_$j = fma(T(v_$l_$t_$i_$r), w_$l_$j, run_${t * ROWS + i * LANES + r}_$j);
//#end
//#end
//#end
//#end
//#end
      }
//#for i in TM
//#for j in TN
      acc_$i_$j += run_$i_$j;
//#end
//#end
    }
  } else {
    for (var first = first_place; first < last_place; first += ${RUN}u) {
//#for j in TN
      var run_$j = T(0.0);
//#end
      for (var p = first; p < min(first + ${RUN}u, last_place); p++) {
//#for j in TN
        run_$j += ${G}[g_$j + p * D.n4];
//#end
      }
//#for j in TN
      acc_0_$j += run_$j;
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
    // What is left of the channels; the other lanes of the slot are padding.
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
//#else
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
      // The last slot of a row may hold padding, and padding anything.
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
//#end
  }
//#end

  var sums = array<T, ${TM * TN}>(${SUMS});
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let c = first_slot + t % ${TN}u;
//#if weight
    let block_row = t / ${TN}u;
    let own_tap = tap + block_row / ${ROWS}u;
    let channel = first_channel * 4u + block_row % ${ROWS}u;
    let is_bias = tap == D.taps;
    if (c >= D.n4 || select(channel >= D.group_c, block_row > 0u, is_bias)) { continue; }
    let row = part * D.rows + select(own_tap * D.group_c + channel, D.rows - 1u, is_bias);
//#else
    let row = first_row + t / ${TN}u;
    if (row >= D.m || c >= D.n4) { continue; }
//#end
    let acc = sums[t];
    ${EPILOGUE}
  }
}
//#if weight

// Column, row and sample of a place; and of the next one.
fn place_(place: u32) -> vec3u {
  let row = place / D.out_w;
  return vec3u(place % D.out_w, row % D.out_h, row / D.out_h);
}
fn next_(at: vec3u) -> vec3u {
  let x = at.x + 1u;
  let y = at.y + select(0u, 1u, x == D.out_w);
  return vec3u(select(x, 0u, x == D.out_w), select(y, 0u, y == D.out_h), at.z + select(0u, 1u, y == D.out_h));
}
//#end
