// Shared by the kernels of recurrent layers. A workgroup takes one sample of a replica through all steps; each invocation has units
// lane, lane + WORKGROUP, ... The constants H, GATES, UNITS, ... are defined before this text. Sums run over k = 0, 1, 2, ...
var<workgroup> before: array<f32, H>;

// The gates of unit j before their activations, one gate per lane: the parts from the state and from the input.
fn from_state_(w_base: u32, j: u32) -> vec4f {
  var a = vec4f(0.0);
  if (BIAS) {
    for (var g = 0u; g < GATES; g++) { a[g] = w[w_base + H * D.w_pitch + g * H + j]; }
  }
  for (var k = 0u; k < H; k++) {
    let at = w_base + k * D.w_pitch + j;
    let own = before[k];
    a.x += own * w[at];
    if (GATES > 1u) { a.y += own * w[at + H]; a.z += own * w[at + 2u * H]; }
    if (GATES > 3u) { a.w += own * w[at + 3u * H]; }
  }
  return a;
}

fn from_input_(x_base: u32, j: u32) -> vec4f {
  var a = vec4f(0.0);
  for (var g = 0u; g < GATES; g++) { a[g] = x[x_base + g * H + j]; }
  return a;
}
