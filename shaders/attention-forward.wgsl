@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * D.queries) { return; }
  let at = place_(index, HEADS, D.queries);
  var q: array<vec4f, DIM4>;
  var sum: array<vec4f, VALUE4>;
  for (var d = 0u; d < DIM4; d++) { q[d] = query_(at, at.row, d); }
  for (var d = 0u; d < VALUE4; d++) { sum[d] = vec4f(0.0); }
  var largest = FORBIDDEN;
  var total = 0.0;
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    let s = scored_(&q, at, at.row, key);
    let now = max(largest, largest_(s));
    let shrink = weights_(vec4f(largest), now).x;
    let w = weights_(s, now);
    largest = now;
    total = total * shrink + ((w.x + w.y) + (w.z + w.w));
    for (var d = 0u; d < VALUE4; d++) {
      let four = (w.x * value_(at, key, d) + w.y * value_(at, min(key + 1u, D.keys - 1u), d))
        + (w.z * value_(at, min(key + 2u, D.keys - 1u), d) + w.w * value_(at, min(key + 3u, D.keys - 1u), d));
      sum[d] = sum[d] * shrink + four;
    }
  }
  // Nothing to look at is 0.
  let share = select(1.0 / total, 0.0, total == 0.0);
  for (var d = 0u; d < VALUE4; d++) { put_(at, at.row, d, sum[d] * share); }
}
