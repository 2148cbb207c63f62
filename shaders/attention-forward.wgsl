//#if keep
// Backward needs three numbers per query: the largest score, 1 / the sum of exp(score - largest), and the product of the result
// and its cotangent. The first two stay separate, because a logarithm of both would lose digits next to a large score.
//#end
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= D.z * D.batch * HEADS * takers_(D.queries)) { return; }
  let at = place_(index, HEADS, takers_(D.queries));
//#for r in EACH
//#for d in DIM4
  let q_$r_$d = query_at_(query_base_(at, at.row + ${4 * r}u), $du);
//#end
//#for d in SUM4
  var sum_$r_$d = vec4f(0.0);
//#end
  var largest_$r = FORBIDDEN;
  var total_$r = 0.0;
//#end
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    ${KEY}
    ${VALUE}
//#for r in EACH
    var products_$r = vec4f(0.0);
//#end
//#for d in DIM4
    ${KEY_$d}
//#for r in EACH
    products_$r += q_$r_$d * key_$d;
//#end
//#end
//#for r in EACH
    let s_$r = allowed_(products_$r, at, vec4u(at.row + ${4 * r}u), vec4u(key) + turns_(index));
    let now_$r = max(largest_$r, largest_(s_$r));
    let shrink_$r = weights_(vec4f(largest_$r), now_$r).x;
    let w_$r = weights_(s_$r, now_$r);
    largest_$r = now_$r;
    total_$r = total_$r * shrink_$r + ((w_$r.x + w_$r.y) + (w_$r.z + w_$r.w));
//#end
//#for d in SUM4
    ${VALUE_$d}
//#for r in EACH
    sum_$r_$d = sum_$r_$d * shrink_$r + blend_(w_$r, value_$d);
//#end
//#end
  }
//#for r in EACH
  {
    let query = at.row + ${4 * r}u;
    if (query >= D.queries) { return; }
    // A query without any allowed key gives 0.
    let share = select(1.0 / total_$r, 0.0, total_$r == 0.0);
//#for d in SUM4
    put_(at, query, $du, sum_$r_$d * share);
//#end
//#if keep
    var product = 0.0;
//#for d in VALUE4
    product += dot(result_at_(result_base_(at, query), $du), cotangent_at_(cotangent_base_(at, query), $du));
//#end
    let row = ((at.z * D.batch + at.batch) * D.queries + query) * D.out_pitch;
    Y[row + at.head] = largest_$r;
    Y[row + HEADS + at.head] = share;
    Y[row + 2u * HEADS + at.head] = product;
//#end
  }
//#end
}
