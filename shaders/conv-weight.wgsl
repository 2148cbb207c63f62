// The gradient of a convolution's weight: the image through the window, times the cotangent, summed over places. One invocation
// computes a block of rows (taps by input channels) by ${TN} slots of output channels. Every sum first adds runs of ${RUN} places,
// then the runs, whatever the block. Images are [Z, B, H, W, C], four channels per slot. A place outside the image has an index
// that wraps round to a large number, and reads as 0.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
//#if quad
  // The four invocations of a quad have the same rows: each loads the image's slots of one place in four, and they exchange them.
  let q = lane & 3u;
  let blocks_n = (D.n4 + ${TN * 4 - 1}u) / ${TN * 4}u * 4u;
//#else
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#end
  let blocks_c = (D.group_c4 + ${TM4 - 1}u) / ${TM4}u;
  let blocks_part = blocks_c * (D.taps / ${TAPS}u) + D.bias;
  let blocks_m = D.parts * blocks_part;
  if (block >= blocks_n * blocks_m * D.z) { return; }
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
  let z = block_zm / blocks_m;
  let block_m = block_zm % blocks_m;
  let first_slot = block_n * ${TN}u;
  // Slots past the end repeat the last one and are not stored. No block spans two groups of channels.
  let channel_group = min(first_slot, D.n4 - 1u) / D.group_n4;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#end
//#end

  // Rows: taps by input channels, in blocks of ${TAPS} by ${TM4} slots, plus one block for the bias, whose input is 1. Columns:
  // output channels. The places of one part's samples are summed in runs, because one long sum would round repeated terms (a plain
  // background) the same way each time.
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

  var sums = array<T, ${TM * TN}>(${SUMS});
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let c = first_slot + t % ${TN}u;
    let block_row = t / ${TN}u;
    let own_tap = tap + block_row / ${ROWS}u;
    let channel = first_channel * 4u + block_row % ${ROWS}u;
    let is_bias = tap == D.taps;
    if (c >= D.n4 || select(channel >= D.group_c, block_row > 0u, is_bias)) { continue; }
    let row = part * D.rows + select(own_tap * D.group_c + channel, D.rows - 1u, is_bias);
    let acc = sums[t];
    ${EPILOGUE}
  }
}

// Column, row and sample of a place, and of the place after it.
fn place_(place: u32) -> vec3u {
  let row = place / D.out_w;
  return vec3u(place % D.out_w, row % D.out_h, row / D.out_h);
}
fn next_(at: vec3u) -> vec3u {
  let x = at.x + 1u;
  let y = at.y + select(0u, 1u, x == D.out_w);
  return vec3u(select(x, 0u, x == D.out_w), select(y, 0u, y == D.out_h), at.z + select(0u, 1u, y == D.out_h));
}
