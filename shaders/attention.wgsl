// Shared by the attention kernels. An invocation takes a query (in backward also a key) and loops over the other side, four at a
// time, so that no matrix of scores is stored. The constants HEADS, ... are defined before this text. For each tensor, x_base_
// gives the start of a row's head, and x_at_ reads four of its features from there, 0 beyond the last.
// Order of every sum: neighbours within four first, then block after block. In quads, four adjacent invocations have four rows of
// one head. Each loads one of the four rows that all of them need, and they exchange these: at turn t, invocation q has row
// q ^ t, so neighbours meet first in any of the four orders. Each has EACH rows of its own, four apart, and loads once for all.

struct Place { z: u32, batch: u32, head: u32, row: u32 }

// The position of an invocation in [Z, batch, heads, rows], at the first of its rows.
fn place_(index: u32, heads: u32, rows: u32) -> Place {
  let batch = index / (rows * heads);
  let i = index % rows;
  return Place(batch / D.batch, batch % D.batch, index / rows % heads, i / LANES * LANES * EACH + i % LANES);
}

// The number of invocations for a head's rows, including those beyond the last row.
fn takers_(rows: u32) -> u32 {
  return (rows + LANES * EACH - 1u) / (LANES * EACH) * LANES;
}

// Which of four shared rows an invocation has at each turn.
fn turns_(index: u32) -> vec4u {
  return vec4u(index % LANES) ^ vec4u(0u, 1u, 2u, 3u);
}

// The number of keys, from the first on, that a query or the last one of its quad may attend to.
fn keys_of_(query: u32) -> u32 {
  if (!CAUSAL) { return D.keys; }
  return u32(clamp(i32(query - query % LANES + LANES * EACH) + bitcast<i32>(D.offset), 0, i32(D.keys)));
}

// Scores of queries with keys, from their products; FORBIDDEN where attention is not allowed.
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

// The sum of four rows, weighted.
fn blend_(w: vec4f, rows: mat4x4f) -> vec4f {
  return (w.x * rows[0] + w.y * rows[1]) + (w.z * rows[2] + w.w * rows[3]);
}

fn largest_(s: vec4f) -> f32 {
  return max(max(s.x, s.y), max(s.z, s.w));
}

// exp(score - largest); 0 where attention is not allowed, even if the largest score is FORBIDDEN too.
fn weights_(s: vec4f, largest: f32) -> vec4f {
  return select(exp_neg_(s - largest), vec4f(0.0), s <= vec4f(FORBIDDEN));
}
