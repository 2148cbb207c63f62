// The shuffled order of rows, with the same bits as src/core/random.ts, which explains it. Scalar u32 instead of lanes.

// A bijection of u32 in which every input bit reaches every output bit.
fn mix_(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

// The position of i in the shuffled order of [0, n), n >= 1: a Feistel network on the fewest bits that can represent n - 1,
// repeated until the result is below n. random.ts proves that this is a bijection and ends for i < n; any other i, for which it
// might not end, is returned unchanged.
fn permute_(i: u32, n: u32, key: vec2u) -> u32 {
  if (i >= n) {
    return i;
  }
  let width = 32u - countLeadingZeros(n - 1u);
  let low_bits = (width + 1u) >> 1u;
  let low_mask = (1u << low_bits) - 1u;
  let high_mask = (1u << (width - low_bits)) - 1u;
  var low = i & low_mask;
  var high = i >> low_bits;
  var value = i;
  loop {
    var k = key;
    for (var round = 0u; round < 3u; round++) {
      high ^= mix_(low + k.x) & high_mask;
      low ^= mix_(high + k.y) & low_mask;
      k += vec2u(0x9e3779b9u, 0xbb67ae85u);
    }
    value = (high << low_bits) | low;
    if (value < n) {
      break;
    }
  }
  return value;
}
