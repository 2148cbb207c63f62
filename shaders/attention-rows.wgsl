// What backward needs of each query: its largest score, 1 / the sum of exp(score - largest), which stand apart since a
// logarithm would round what is left of large scores, and the product of what came out and its cotangent.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * filled_(D.queries)) { return; }
  let at = place_(index, HEADS, filled_(D.queries));
  let own = query_base_(at, min(at.row, D.queries - 1u));
//#for d in DIM4
  let q_$d = query_at_(own, $du);
//#end
  var largest = FORBIDDEN;
  var total = 0.0;
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    ${KEY}
    var products = vec4f(0.0);
//#for d in DIM4
    ${KEY_$d}
    products += vec4f(dot(q_$d, key_$d_0), dot(q_$d, key_$d_1), dot(q_$d, key_$d_2), dot(q_$d, key_$d_3));
//#end
    let s = allowed_(products, at, vec4u(at.row), vec4u(key) + vec4u(0u, 1u, 2u, 3u));
    let now = max(largest, largest_(s));
    let w = weights_(s, now);
    total = total * weights_(vec4f(largest), now).x + ((w.x + w.y) + (w.z + w.w));
    largest = now;
  }
  if (at.row >= D.queries) { return; }
  let y = result_base_(at, at.row);
  let g = cotangent_base_(at, at.row);
  var product = 0.0;
//#for d in VALUE4
  product += dot(result_at_(y, $du), cotangent_at_(g, $du));
//#end
  let row = ((at.z * D.batch + at.batch) * D.queries + at.row) * D.out_pitch;
  Y[row + at.head] = largest;
  Y[row + HEADS + at.head] = select(1.0 / total, 0.0, total == 0.0);
  Y[row + 2u * HEADS + at.head] = product;
}
