// Attention of one head without a matrix of scores: an invocation takes a query, or in backward also a key, and runs
// through the other side four at a time. ROWS, DIM, ... are constants before this text; query_, key_, value_ and
// cotangent_ read a slot of four features of a head, 0 beyond its last one; put_ writes one.
// Order of every sum: neighbours of four first, then block after block.

struct Place { z: u32, batch: u32, head: u32, row: u32, last: u32 }

// Which of [Z, batch, heads, rows] an invocation has.
fn place_(index: u32, heads: u32, rows: u32) -> Place {
  let row = index % rows;
  let head = index / rows % heads;
  let batch = index / (rows * heads) % D.batch;
  return Place(index / (rows * heads * D.batch), batch, head, row, rows);
}

// The number of keys that a query may look at, from the first on.
fn keys_of_(query: u32) -> u32 {
  if (!CAUSAL) { return D.keys; }
  return u32(clamp(i32(query) + bitcast<i32>(D.offset) + 1, 0, i32(D.keys)));
}

// Scores of a query with keys key, ..., key + 3; FORBIDDEN where it may not look.
fn scored_(q: ptr<function, array<vec4f, DIM4>>, at: Place, query: u32, key: u32) -> vec4f {
  var s = vec4f(0.0);
  for (var d = 0u; d < DIM4; d++) {
    let x = (*q)[d];
    s += vec4f(
      dot(x, key_(at, min(key, D.keys - 1u), d)),
      dot(x, key_(at, min(key + 1u, D.keys - 1u), d)),
      dot(x, key_(at, min(key + 2u, D.keys - 1u), d)),
      dot(x, key_(at, min(key + 3u, D.keys - 1u), d)),
    );
  }
  let keys = vec4u(key) + vec4u(0u, 1u, 2u, 3u);
  return allowed_(s * bitcast<f32>(D.scale), at, vec4u(query), keys);
}

// Scores of queries query, ..., query + 3 with a key.
fn scored_by_(k: ptr<function, array<vec4f, DIM4>>, at: Place, query: u32, key: u32) -> vec4f {
  var s = vec4f(0.0);
  for (var d = 0u; d < DIM4; d++) {
    let x = (*k)[d];
    s += vec4f(
      dot(x, query_(at, min(query, D.queries - 1u), d)),
      dot(x, query_(at, min(query + 1u, D.queries - 1u), d)),
      dot(x, query_(at, min(query + 2u, D.queries - 1u), d)),
      dot(x, query_(at, min(query + 3u, D.queries - 1u), d)),
    );
  }
  let queries = vec4u(query) + vec4u(0u, 1u, 2u, 3u);
  return allowed_(s * bitcast<f32>(D.scale), at, queries, vec4u(key));
}

fn allowed_(scaled: vec4f, at: Place, queries: vec4u, keys: vec4u) -> vec4f {
  var s = scaled;
  var seen = (keys < vec4u(D.keys)) & (queries < vec4u(D.queries));
  let ahead = vec4i(keys) - vec4i(queries) - vec4i(bitcast<i32>(D.offset));
  if (CAUSAL) { seen = seen & (ahead <= vec4i(0)); }
  if (ALIBI) { s -= slope_(at.head) * vec4f(abs(ahead)); }
  if (MASKED) {
    let mask = vec4f(
      mask_(at, queries.x, keys.x),
      mask_(at, queries.y, keys.y),
      mask_(at, queries.z, keys.z),
      mask_(at, queries.w, keys.w),
    );
    seen = seen & (mask > vec4f(FORBIDDEN));
    s += max(mask, vec4f(FORBIDDEN));
  }
  return select(vec4f(FORBIDDEN), s, seen);
}

fn largest_(s: vec4f) -> f32 {
  return max(max(s.x, s.y), max(s.z, s.w));
}

// exp of scores less the largest; 0 where a query may not look, be the largest what it may.
fn weights_(s: vec4f, largest: f32) -> vec4f {
  return select(exp_(s - largest), vec4f(0.0), s <= vec4f(FORBIDDEN));
}
