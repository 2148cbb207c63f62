// What the kernels of attention share. An invocation takes a query, or in backward also a key, and runs through the other
// side four at a time: no matrix of scores lies in memory. HEADS, ... are constants before this text. For each tensor
// x_base_ says where a row's head begins, and x_at_ reads a slot of four of its features from there, 0 beyond the last.
// Order of every sum: neighbours of four first, then block after block. In quads four invocations side by side have four rows of
// one head, and each loads one of the four rows that all look at.

struct Place { z: u32, batch: u32, head: u32, row: u32 }

// Which of [Z, batch, heads, rows] an invocation has.
fn place_(index: u32, heads: u32, rows: u32) -> Place {
  let batch = index / (rows * heads);
  return Place(batch / D.batch, batch % D.batch, index / rows % heads, index % rows);
}

// Rows with those beyond the last that fill a quad.
fn filled_(rows: u32) -> u32 {
  return select(rows, (rows + 3u) & ~3u, QUADS);
}

// The number of keys that a query, or the last of its quad, may look at, from the first on.
fn keys_of_(query: u32) -> u32 {
  if (!CAUSAL) { return D.keys; }
  let last = select(query, query | 3u, QUADS);
  return u32(clamp(i32(last) + bitcast<i32>(D.offset) + 1, 0, i32(D.keys)));
}

// Scores of queries with keys from their products; FORBIDDEN where they may not look.
fn allowed_(products: vec4f, at: Place, queries: vec4u, keys: vec4u) -> vec4f {
  var s = products * bitcast<f32>(D.scale);
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
  return select(exp_neg_(s - largest), vec4f(0.0), s <= vec4f(FORBIDDEN));
}
