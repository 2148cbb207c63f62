// Where the rows of attentionRows have those of a query's head: its largest score, 1 / the sum, the product.
fn rows_base_(at: Place, query: u32) -> u32 {
  return ((at.z * D.batch + at.batch) * D.queries + query) * D.rows_pitch + at.head;
}

fn rows_at_(base: u32, d: u32) -> f32 {
  return L[base + d * HEADS];
}

fn of_query_(index: u32) {
  let at = place_(index, HEADS, filled_(D.queries));
  let query = min(at.row, D.queries - 1u);
  let own = query_base_(at, query);
  let own_g = cotangent_base_(at, query);
//#for d in DIM4
  let q_$d = query_at_(own, $du);
  var sum_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let g_$d = cotangent_at_(own_g, $du);
//#end
  let row = rows_base_(at, query);
  let largest = rows_at_(row, 0u);
  let share = rows_at_(row, 1u);
  let product = rows_at_(row, 2u);
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
    let w = weights_(s, largest) * share;
    var dw = vec4f(0.0);
//#for d in VALUE4
    ${VALUE_$d}
    dw += vec4f(dot(g_$d, value_$d_0), dot(g_$d, value_$d_1), dot(g_$d, value_$d_2), dot(g_$d, value_$d_3));
//#end
    let ds = w * (dw - product) * bitcast<f32>(D.scale);
//#for d in DIM4
    sum_$d += (ds.x * key_$d_0 + ds.y * key_$d_1) + (ds.z * key_$d_2 + ds.w * key_$d_3);
//#end
  }
  if (at.row >= D.queries) { return; }
//#for d in DIM4
  put_query_(at, at.row, $du, sum_$d);
//#end
}

// All query heads that share the key are summed here, one after the other.
fn of_key_(index: u32) {
  var at = place_(index, KEY_HEADS, filled_(D.keys));
  let key_head = at.head;
  at.head = key_head * GROUP;
  let own = key_base_(at, min(at.row, D.keys - 1u));
  let own_v = value_base_(at, min(at.row, D.keys - 1u));
//#for d in DIM4
  let k_$d = key_at_(own, $du);
  var dk_$d = vec4f(0.0);
//#end
//#for d in VALUE4
  let v_$d = value_at_(own_v, $du);
  var dv_$d = vec4f(0.0);
//#end
  // Queries before the diagonal do not see the key, nor any of its quad.
  let seen = select(at.row, at.row & ~3u, QUADS);
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
      let largest = vec4f(rows_0_0, rows_0_1, rows_0_2, rows_0_3);
      let share = vec4f(rows_1_0, rows_1_1, rows_1_2, rows_1_3);
      let product = vec4f(rows_2_0, rows_2_1, rows_2_2, rows_2_3);
      var products = vec4f(0.0);
//#for d in DIM4
      ${QUERY_$d}
      products += vec4f(dot(k_$d, query_$d_0), dot(k_$d, query_$d_1), dot(k_$d, query_$d_2), dot(k_$d, query_$d_3));
//#end
      let s = allowed_(products, at, vec4u(query) + vec4u(0u, 1u, 2u, 3u), vec4u(at.row));
      let w = select(exp_neg_(s - largest) * share, vec4f(0.0), s <= vec4f(FORBIDDEN));
      var dw = vec4f(0.0);
//#for d in VALUE4
      ${COTANGENT_$d}
      dw += vec4f(dot(v_$d, cotangent_$d_0), dot(v_$d, cotangent_$d_1), dot(v_$d, cotangent_$d_2), dot(v_$d, cotangent_$d_3));
      dv_$d += (w.x * cotangent_$d_0 + w.y * cotangent_$d_1) + (w.z * cotangent_$d_2 + w.w * cotangent_$d_3);
//#end
      let ds = w * (dw - product) * bitcast<f32>(D.scale);
//#for d in DIM4
      dk_$d += (ds.x * query_$d_0 + ds.y * query_$d_1) + (ds.z * query_$d_2 + ds.w * query_$d_3);
//#end
    }
  }
  if (at.row >= D.keys) { return; }
//#for d in DIM4
  put_key_(at, at.row, $du, dk_$d);
//#end
//#for d in VALUE4
  put_value_(at, at.row, $du, dv_$d);
//#end
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = group.y * groups.x + group.x;
  let queries = D.z * D.batch * HEADS * filled_(D.queries);
  let query_groups = select(0u, (queries + 63u) / 64u, OF_QUERIES);
  if (OF_QUERIES && workgroup < query_groups) {
    let index = workgroup * 64u + lane;
    if (index < queries) { of_query_(index); }
    return;
  }
  let index = (workgroup - query_groups) * 64u + lane;
  if (OF_KEYS && index < D.z * D.batch * KEY_HEADS * filled_(D.keys)) { of_key_(index); }
}
