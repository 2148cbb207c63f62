// Where a query's rows of attentionRows begin: its largest score, 1 / the sum, the product.
fn rows_base_(at: Place, query: u32) -> u32 {
  return ((at.z * D.batch + at.batch) * D.queries + min(query, D.queries - 1u)) * D.rows_pitch + at.head;
}

fn rows_at_(base: u32, d: u32) -> f32 {
  return L[base + d * HEADS];
}

fn of_query_(index: u32) {
  let at = place_(index, HEADS, takers_(D.queries));
//#for r in EACH
//#for d in DIM4
  let q_$r_$d = query_at_(query_base_(at, at.row + ${4 * r}u), $du);
  var sum_$r_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let g_$r_$d = cotangent_at_(cotangent_base_(at, at.row + ${4 * r}u), $du);
//#end
//#for d in 3
  let rows_$r_$d = rows_at_(rows_base_(at, at.row + ${4 * r}u), $du);
//#end
//#end
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    ${KEY}
    ${VALUE}
//#for r in EACH
    var products_$r = vec4f(0.0);
    var dw_$r = vec4f(0.0);
//#end
//#for d in DIM4
    ${KEY_$d}
//#for r in EACH
    products_$r += q_$r_$d * key_$d;
//#end
//#end
//#for d in VALUE4
    ${VALUE_$d}
//#for r in EACH
    dw_$r += g_$r_$d * value_$d;
//#end
//#end
//#for r in EACH
    let s_$r = allowed_(products_$r, at, vec4u(at.row + ${4 * r}u), vec4u(key) + turns_(index));
    let ds_$r = weights_(s_$r, rows_$r_0) * rows_$r_1 * (dw_$r - rows_$r_2) * bitcast<f32>(D.scale);
//#for d in DIM4
    sum_$r_$d += blend_(ds_$r, key_$d);
//#end
//#end
  }
//#for r in EACH
  if (at.row + ${4 * r}u >= D.queries) { return; }
//#for d in DIM4
  put_query_(at, at.row + ${4 * r}u, $du, sum_$r_$d);
//#end
//#end
}

// Sums over all query heads that share the key, one after another.
fn of_key_(index: u32) {
  var at = place_(index, KEY_HEADS, takers_(D.keys));
  let key_head = at.head;
  at.head = key_head * GROUP;
//#for r in EACH
//#for d in DIM4
  let k_$r_$d = key_at_(key_base_(at, at.row + ${4 * r}u), $du);
  var dk_$r_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let v_$r_$d = value_at_(value_base_(at, at.row + ${4 * r}u), $du);
  var dv_$r_$d = vec4f(0.0);
//#end
//#end
  // Queries before the diagonal see neither this key nor the others of its quad.
  let seen = at.row - at.row % LANES;
  let first = select(0u, u32(max(i32(seen) - bitcast<i32>(D.offset), 0)) & ~3u, CAUSAL);
  for (var h = 0u; h < GROUP; h++) {
    at.head = key_head * GROUP + h;
    for (var query = first; query < D.queries; query += 4u) {
      ${QUERY}
      ${COTANGENT}
      ${ROWS}
      ${ROWS_0}
      ${ROWS_1}
      ${ROWS_2}
//#for r in EACH
      var products_$r = vec4f(0.0);
      var dw_$r = vec4f(0.0);
//#end
//#for d in DIM4
      ${QUERY_$d}
//#for r in EACH
      products_$r += k_$r_$d * query_$d;
//#end
//#end
//#for r in EACH
      let s_$r = allowed_(products_$r, at, vec4u(query) + turns_(index), vec4u(at.row + ${4 * r}u));
      let w_$r = select(exp_neg_(s_$r - rows_0) * rows_1, vec4f(0.0), s_$r <= vec4f(FORBIDDEN));
//#end
//#for d in VALUE4
      ${COTANGENT_$d}
//#for r in EACH
      dw_$r += v_$r_$d * cotangent_$d;
      dv_$r_$d += blend_(w_$r, cotangent_$d);
//#end
//#end
//#for r in EACH
      let ds_$r = w_$r * (dw_$r - rows_2) * bitcast<f32>(D.scale);
//#for d in DIM4
      dk_$r_$d += blend_(ds_$r, query_$d);
//#end
//#end
    }
  }
//#for r in EACH
  if (at.row + ${4 * r}u >= D.keys) { return; }
//#for d in DIM4
  put_key_(at, at.row + ${4 * r}u, $du, dk_$r_$d);
//#end
//#for d in VALUE4
  put_value_(at, at.row + ${4 * r}u, $du, dv_$r_$d);
//#end
//#end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = group.y * groups.x + group.x;
  let queries = D.z * D.batch * HEADS * takers_(D.queries);
  let query_groups = select(0u, (queries + 63u) / 64u, OF_QUERIES);
  if (OF_QUERIES && workgroup < query_groups) {
    let index = workgroup * 64u + lane;
    if (index < queries) { of_query_(index); }
    return;
  }
  let index = (workgroup - query_groups) * 64u + lane;
  if (OF_KEYS && index < D.z * D.batch * KEY_HEADS * takers_(D.keys)) { of_key_(index); }
}
