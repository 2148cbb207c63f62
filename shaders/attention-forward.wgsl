@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * D.queries) { return; }
  let at = place_(index, HEADS, D.queries);
  let own = query_base_(at, at.row);
//#for d in DIM4
  let q_$d = query_at_(own, $du);
//#end
//#for d in VALUE4
  var sum_$d = vec4f(0.0);
//#end
  var largest = FORBIDDEN;
  var total = 0.0;
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    let keys = four_(key, D.keys);
//#for l in 4
    let k_$l = key_base_(at, keys[$l]);
    let v_$l = value_base_(at, keys[$l]);
//#end
    var products = vec4f(0.0);
//#for d in DIM4
    products += vec4f(dot(q_$d, key_at_(k_0, $du)), dot(q_$d, key_at_(k_1, $du)), dot(q_$d, key_at_(k_2, $du)), dot(q_$d, key_at_(k_3, $du)));
//#end
    let s = allowed_(products, at, vec4u(at.row), vec4u(key) + vec4u(0u, 1u, 2u, 3u));
    let now = max(largest, largest_(s));
    let shrink = weights_(vec4f(largest), now).x;
    let w = weights_(s, now);
    largest = now;
    total = total * shrink + ((w.x + w.y) + (w.z + w.w));
//#for d in VALUE4
    sum_$d = sum_$d * shrink + ((w.x * value_at_(v_0, $du) + w.y * value_at_(v_1, $du)) + (w.z * value_at_(v_2, $du) + w.w * value_at_(v_3, $du)));
//#end
  }
  // Nothing to look at is 0.
  let share = select(1.0 / total, 0.0, total == 0.0);
//#for d in VALUE4
  put_(at, at.row, $du, sum_$d * share);
//#end
}
