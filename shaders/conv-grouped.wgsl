// A convolution's three products for groups whose channels do not fill slots, such as depthwise ones: each lane has its own group
// and reads its own channels. One invocation computes one slot of one row. Sums run in the same order as in the other kernels.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${WG}u + lane;
  if (i >= D.z * D.m * D.n4) { return; }
  let c = i % D.n4;
  let row = i / D.n4 % D.m;
  let z = i / (D.n4 * D.m);
  // Channels past the end repeat the last one and are padding.
  let channel = min(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(D.n - 1u));
  var acc = T(0.0);
//#if weight
  let part = row / D.rows;
  let k = row % D.rows;
  let tap = k / D.group_c;
  let x_channel = channel / D.group_n * D.group_c + vec4u(k % D.group_c);
  let is_bias = k == D.taps * D.group_c;
  let places = D.out_h * D.out_w;
  let last_place = min((part + 1u) * D.part_b, D.batch) * places;
  for (var first = part * D.part_b * places; first < last_place; first += ${RUN}u) {
    var run = T(0.0);
    for (var p = first; p < min(first + ${RUN}u, last_place); p++) {
      let y = p / D.out_w % D.out_h * D.stride_y + tap / D.kernel_x * D.dilation_y - D.padding_y;
      let x = p % D.out_w * D.stride_x + tap % D.kernel_x * D.dilation_x - D.padding_x;
      let inside = (y < D.in_h) & (x < D.in_w);
      let at = z * D.x_z + select(0u, ((p / places * D.in_h + y) * D.in_w + x) * D.in_c4, inside);
      let v = select(T(0.0), T(${X_LANES}), inside);
      run += select(v, T(1.0), is_bias) * ${G}[z * D.g_z + p * D.n4 + c];
    }
    acc += run;
  }
//#else
  let sample = z * D.a_z + row / (D.row_h * D.row_w) * D.a_h * D.a_w * D.a_c4;
  let oy = row / D.row_w % D.row_h;
  let ox = row % D.row_w;
//#if bias
  acc = ${W}[z * D.w_z + D.k * D.w_n4 + c];
//#end
  for (var tap = 0u; tap < D.taps; tap++) {
//#if forward
    let y = oy * D.stride_y + tap / D.kernel_x * D.dilation_y - D.padding_y;
    let x = ox * D.stride_x + tap % D.kernel_x * D.dilation_x - D.padding_x;
    let inside = (y < D.a_h) & (x < D.a_w);
//#else
    let by_y = oy + D.padding_y - tap / D.kernel_x * D.dilation_y;
    let by_x = ox + D.padding_x - tap % D.kernel_x * D.dilation_x;
    let y = by_y / D.stride_y;
    let x = by_x / D.stride_x;
    let starts = (y * D.stride_y == by_y) & (x * D.stride_x == by_x);
    let inside = starts & (y < D.a_h) & (x < D.a_w);
//#end
    let at = sample + select(0u, (y * D.a_w + x) * D.a_c4, inside);
    for (var t = 0u; t < D.terms; t++) {
//#if forward
      let x_channel = channel / D.group_n * D.terms + vec4u(t);
      let w = ${W}[z * D.w_z + (tap * D.terms + t) * D.w_n4 + c];
//#else
      let x_channel = channel / D.group_c * D.terms + vec4u(t);
      let w_row = vec4u(z * D.w_z) + (vec4u(tap * D.group_c) + channel % D.group_c) * D.w_n4;
      let w = T(${W_LANES});
//#end
      acc += select(T(0.0), T(${X_LANES}), inside) * w;
    }
  }
//#end
  ${EPILOGUE}
}
