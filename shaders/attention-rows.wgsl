// What backward needs of each query: log of the sum of exp(scores), and the product of what came out and its cotangent.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * D.queries) { return; }
  let at = place_(index, HEADS, D.queries);
  var q: array<vec4f, DIM4>;
  for (var d = 0u; d < DIM4; d++) { q[d] = query_(at, at.row, d); }
  var largest = FORBIDDEN;
  var total = 0.0;
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    let s = scored_(&q, at, at.row, key);
    let now = max(largest, largest_(s));
    let w = weights_(s, now);
    total = total * weights_(vec4f(largest), now).x + ((w.x + w.y) + (w.z + w.w));
    largest = now;
  }
  var product = 0.0;
  for (var d = 0u; d < VALUE4; d++) { product += dot(result_(at, at.row, d), cotangent_(at, at.row, d)); }
  let row = ((at.z * D.batch + at.batch) * D.queries + at.row) * D.out_pitch;
  // The largest and the sum stand apart: their logarithm would round what is left of large scores.
  Y[row + at.head] = largest;
  Y[row + HEADS + at.head] = select(1.0 / total, 0.0, total == 0.0);
  Y[row + 2u * HEADS + at.head] = product;
}
