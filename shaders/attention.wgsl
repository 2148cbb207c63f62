// What the kernels of attention share. An invocation takes a query, or in backward also a key, and runs through the other
// side four at a time: no matrix of scores lies in memory. HEADS, ... are constants before this text. For each tensor
// x_base_ says where a row's head begins, and x_at_ reads a slot of four of its features from there, 0 beyond the last.
// Order of every sum: neighbours of four first, then block after block. In quads four invocations side by side have four rows of
// one head, and each loads one of the four rows that all look at and swaps it: at turn t invocation q has row q ^ t, so that
// neighbours meet first in any of the four orders. Each has EACH such rows, four apart, for all of which it loads once.

struct Place { z: u32, batch: u32, head: u32, row: u32 }

// Which of [Z, batch, heads, rows] an invocation has, the first of its rows.
fn place_(index: u32, heads: u32, rows: u32) -> Place {
  let batch = index / (rows * heads);
  let i = index % rows;
  return Place(batch / D.batch, batch % D.batch, index / rows % heads, i / LANES * LANES * EACH + i % LANES);
}

// Invocations that have the rows of a head, and those beyond the last.
fn takers_(rows: u32) -> u32 {
  return (rows + LANES * EACH - 1u) / (LANES * EACH) * LANES;
}

// Which of four rows that all look at an invocation has at each turn.
fn turns_(index: u32) -> vec4u {
  return vec4u(index % LANES) ^ vec4u(0u, 1u, 2u, 3u);
}

// The number of keys that a query, or the last of those of its quad, may look at, from the first on.
fn keys_of_(query: u32) -> u32 {
  if (!CAUSAL) { return D.keys; }
  return u32(clamp(i32(query - query % LANES + LANES * EACH) + bitcast<i32>(D.offset), 0, i32(D.keys)));
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

// Four rows by their weights.
fn blend_(w: vec4f, rows: mat4x4f) -> vec4f {
  return (w.x * rows[0] + w.y * rows[1]) + (w.z * rows[2] + w.w * rows[3]);
}

fn largest_(s: vec4f) -> f32 {
  return max(max(s.x, s.y), max(s.z, s.w));
}

// exp of scores less the largest; 0 where a query may not look, be the largest what it may.
fn weights_(s: vec4f, largest: f32) -> vec4f {
  return select(exp_neg_(s - largest), vec4f(0.0), s <= vec4f(FORBIDDEN));
}
