// Where the rows of attentionRows have those of a query's head.
fn rows_(at: Place, query: u32) -> u32 {
  return ((at.z * D.batch + at.batch) * D.queries + query) * D.rows_pitch + at.head;
}

fn of_query_(index: u32) {
  let at = place_(index, HEADS, D.queries);
  let own = query_base_(at, at.row);
  let own_g = cotangent_base_(at, at.row);
//#for d in DIM4
  let q_$d = query_at_(own, $du);
  var sum_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let g_$d = cotangent_at_(own_g, $du);
//#end
  let row = rows_(at, at.row);
  let largest = L[row];
  let share = L[row + HEADS];
  let product = L[row + 2u * HEADS];
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
    let w = weights_(s, largest) * share;
    var dw = vec4f(0.0);
//#for d in VALUE4
    dw += vec4f(dot(g_$d, value_at_(v_0, $du)), dot(g_$d, value_at_(v_1, $du)), dot(g_$d, value_at_(v_2, $du)), dot(g_$d, value_at_(v_3, $du)));
//#end
    let ds = w * (dw - product) * bitcast<f32>(D.scale);
//#for d in DIM4
    sum_$d += (ds.x * key_at_(k_0, $du) + ds.y * key_at_(k_1, $du)) + (ds.z * key_at_(k_2, $du) + ds.w * key_at_(k_3, $du));
//#end
  }
//#for d in DIM4
  put_query_(at, at.row, $du, sum_$d);
//#end
}

// All query heads that share the key are summed here, one after the other.
fn of_key_(index: u32) {
  var at = place_(index, KEY_HEADS, D.keys);
  let key = at.row;
  let key_head = at.head;
  at.head = key_head * GROUP;
  let own = key_base_(at, key);
  let own_v = value_base_(at, key);
//#for d in DIM4
  let k_$d = key_at_(own, $du);
  var dk_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let v_$d = value_at_(own_v, $du);
  var dv_$d = vec4f(0.0);
//#end
  // Queries before the diagonal do not see the key.
  let first = select(0u, u32(max(i32(key) - bitcast<i32>(D.offset), 0)) & ~3u, CAUSAL);
  for (var h = 0u; h < GROUP; h++) {
    at.head = key_head * GROUP + h;
    for (var query = first; query < D.queries; query += 4u) {
      let queries = four_(query, D.queries);
//#for l in 4
      let q_$l = query_base_(at, queries[$l]);
      let g_$l = cotangent_base_(at, queries[$l]);
      let row_$l = rows_(at, queries[$l]);
//#end
      var products = vec4f(0.0);
//#for d in DIM4
      products += vec4f(dot(k_$d, query_at_(q_0, $du)), dot(k_$d, query_at_(q_1, $du)), dot(k_$d, query_at_(q_2, $du)), dot(k_$d, query_at_(q_3, $du)));
//#end
      let s = allowed_(products, at, vec4u(query) + vec4u(0u, 1u, 2u, 3u), vec4u(key));
      let largest = vec4f(L[row_0], L[row_1], L[row_2], L[row_3]);
      let share = vec4f(L[row_0 + HEADS], L[row_1 + HEADS], L[row_2 + HEADS], L[row_3 + HEADS]);
      let product = vec4f(L[row_0 + 2u * HEADS], L[row_1 + 2u * HEADS], L[row_2 + 2u * HEADS], L[row_3 + 2u * HEADS]);
      let w = select(exp_(s - largest) * share, vec4f(0.0), s <= vec4f(FORBIDDEN));
      var dw = vec4f(0.0);
//#for d in VALUE4
      {
        let g_at_0 = cotangent_at_(g_0, $du);
        let g_at_1 = cotangent_at_(g_1, $du);
        let g_at_2 = cotangent_at_(g_2, $du);
        let g_at_3 = cotangent_at_(g_3, $du);
        dw += vec4f(dot(v_$d, g_at_0), dot(v_$d, g_at_1), dot(v_$d, g_at_2), dot(v_$d, g_at_3));
        dv_$d += (w.x * g_at_0 + w.y * g_at_1) + (w.z * g_at_2 + w.w * g_at_3);
      }
//#end
      let ds = w * (dw - product) * bitcast<f32>(D.scale);
//#for d in DIM4
      dk_$d += (ds.x * query_at_(q_0, $du) + ds.y * query_at_(q_1, $du)) + (ds.z * query_at_(q_2, $du) + ds.w * query_at_(q_3, $du));
//#end
    }
  }
//#for d in DIM4
  put_key_(at, key, $du, dk_$d);
//#end
//#for d in VALUE4
  put_value_(at, key, $du, dv_$d);
//#end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = group.y * groups.x + group.x;
  let queries = D.z * D.batch * HEADS * D.queries;
  let query_groups = select(0u, (queries + 63u) / 64u, OF_QUERIES);
  if (OF_QUERIES && workgroup < query_groups) {
    let index = workgroup * 64u + lane;
    if (index < queries) { of_query_(index); }
    return;
  }
  let index = (workgroup - query_groups) * 64u + lane;
  if (OF_KEYS && index < D.z * D.batch * KEY_HEADS * D.keys) { of_key_(index); }
}
