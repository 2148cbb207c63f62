@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * filled_(D.queries)) { return; }
  let at = place_(index, HEADS, filled_(D.queries));
  let own = query_base_(at, min(at.row, D.queries - 1u));
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
    ${KEY}
    ${VALUE}
    var products = vec4f(0.0);
//#for d in DIM4
    ${KEY_$d}
    products += vec4f(dot(q_$d, key_$d_0), dot(q_$d, key_$d_1), dot(q_$d, key_$d_2), dot(q_$d, key_$d_3));
//#end
    let s = allowed_(products, at, vec4u(at.row), vec4u(key) + vec4u(0u, 1u, 2u, 3u));
    let now = max(largest, largest_(s));
    let shrink = weights_(vec4f(largest), now).x;
    let w = weights_(s, now);
    largest = now;
    total = total * shrink + ((w.x + w.y) + (w.z + w.w));
//#for d in VALUE4
    ${VALUE_$d}
    sum_$d = sum_$d * shrink + ((w.x * value_$d_0 + w.y * value_$d_1) + (w.z * value_$d_2 + w.w * value_$d_3));
//#end
  }
  if (at.row >= D.queries) { return; }
  // Nothing to look at is 0.
  let share = select(1.0 / total, 0.0, total == 0.0);
//#for d in VALUE4
  put_(at, at.row, $du, sum_$d * share);
//#end
}
