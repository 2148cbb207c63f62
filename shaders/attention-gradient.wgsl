fn rows_(at: Place, query: u32, what: u32) -> f32 {
  return L[((at.z * D.batch + at.batch) * D.queries + min(query, D.queries - 1u)) * D.rows_pitch + what * HEADS + at.head];
}

fn of_query_(index: u32) {
  let at = place_(index, HEADS, D.queries);
  var q: array<vec4f, DIM4>;
  var g: array<vec4f, VALUE4>;
  var sum: array<vec4f, DIM4>;
  for (var d = 0u; d < DIM4; d++) { q[d] = query_(at, at.row, d); sum[d] = vec4f(0.0); }
  for (var d = 0u; d < VALUE4; d++) { g[d] = cotangent_(at, at.row, d); }
  let largest = rows_(at, at.row, 0u);
  let share = rows_(at, at.row, 1u);
  let product = rows_(at, at.row, 2u);
  let count = keys_of_(at.row);
  for (var key = 0u; key < count; key += 4u) {
    let w = weights_(scored_(&q, at, at.row, key), largest) * share;
    var dw = vec4f(0.0);
    for (var d = 0u; d < VALUE4; d++) {
      let x = g[d];
      dw += vec4f(
        dot(x, value_(at, key, d)),
        dot(x, value_(at, min(key + 1u, D.keys - 1u), d)),
        dot(x, value_(at, min(key + 2u, D.keys - 1u), d)),
        dot(x, value_(at, min(key + 3u, D.keys - 1u), d)),
      );
    }
    let ds = w * (dw - product) * bitcast<f32>(D.scale);
    for (var d = 0u; d < DIM4; d++) {
      sum[d] += (ds.x * key_(at, key, d) + ds.y * key_(at, min(key + 1u, D.keys - 1u), d))
        + (ds.z * key_(at, min(key + 2u, D.keys - 1u), d) + ds.w * key_(at, min(key + 3u, D.keys - 1u), d));
    }
  }
  for (var d = 0u; d < DIM4; d++) { put_query_(at, at.row, d, sum[d]); }
}

// All query heads that share the key are summed here, one after the other.
fn of_key_(index: u32) {
  var at = place_(index, KEY_HEADS, D.keys);
  let key = at.row;
  let key_head = at.head;
  at.head = key_head * GROUP;
  var k: array<vec4f, DIM4>;
  var v: array<vec4f, VALUE4>;
  var dk: array<vec4f, DIM4>;
  var dv: array<vec4f, VALUE4>;
  for (var d = 0u; d < DIM4; d++) { k[d] = key_(at, key, d); dk[d] = vec4f(0.0); }
  for (var d = 0u; d < VALUE4; d++) { v[d] = value_(at, key, d); dv[d] = vec4f(0.0); }
  // Queries before the diagonal do not see the key.
  let first = select(0u, u32(max(i32(key) - bitcast<i32>(D.offset), 0)) & ~3u, CAUSAL);
  for (var h = 0u; h < GROUP; h++) {
    at.head = key_head * GROUP + h;
    for (var query = first; query < D.queries; query += 4u) {
      let s = scored_by_(&k, at, query, key);
      var w = vec4f(0.0);
      var ds = vec4f(0.0);
      for (var l = 0u; l < 4u; l++) {
        w[l] = rows_(at, query + l, 0u);
        ds[l] = rows_(at, query + l, 1u);
      }
      w = select(exp_(s - w) * ds, vec4f(0.0), s <= vec4f(FORBIDDEN));
      var dw = vec4f(0.0);
      for (var d = 0u; d < VALUE4; d++) {
        let x = v[d];
        let g_0 = cotangent_(at, query, d);
        let g_1 = cotangent_(at, min(query + 1u, D.queries - 1u), d);
        let g_2 = cotangent_(at, min(query + 2u, D.queries - 1u), d);
        let g_3 = cotangent_(at, min(query + 3u, D.queries - 1u), d);
        dw += vec4f(dot(x, g_0), dot(x, g_1), dot(x, g_2), dot(x, g_3));
        dv[d] += (w.x * g_0 + w.y * g_1) + (w.z * g_2 + w.w * g_3);
      }
      for (var l = 0u; l < 4u; l++) { ds[l] = w[l] * (dw[l] - rows_(at, query + l, 2u)) * bitcast<f32>(D.scale); }
      for (var d = 0u; d < DIM4; d++) {
        dk[d] += (ds.x * query_(at, query, d) + ds.y * query_(at, min(query + 1u, D.queries - 1u), d))
          + (ds.z * query_(at, min(query + 2u, D.queries - 1u), d) + ds.w * query_(at, min(query + 3u, D.queries - 1u), d));
      }
    }
  }
  for (var d = 0u; d < DIM4; d++) { put_key_(at, key, d, dk[d]); }
  for (var d = 0u; d < VALUE4; d++) { put_value_(at, key, d, dv[d]); }
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
