// Random numbers by counting, with the same bits as src/core/random.ts (which explains them). Scalar u32, not lane
// generic. Philox4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

// High 32 bits of the 64-bit product a * b, by 16-bit halves: WGSL has no 64-bit integers. No sum passes 2^32.
fn mul_high_(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let middle = a_high * b_low + ((a_low * b_low) >> 16u);
  let carry = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (carry >> 16u);
}

// One block: four independent u32 words of a 128-bit counter and a 64-bit key.
fn philox_(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let high0 = mul_high_(0xd2511f53u, c.x);
    let high1 = mul_high_(0xcd9e8d57u, c.z);
    c = vec4u(high1 ^ c.y ^ k.x, 0xcd9e8d57u * c.z, high0 ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

// Four numbers of [0, 1), multiples of 2^-24: elements 4 * block .. 4 * block + 3 of the stream.
fn uniform4_(block: u32, stream: u32, key: vec2u) -> vec4f {
  return vec4f(philox_(vec4u(block, stream, 0u, 0u), key) >> vec4u(8u)) * (1.0 / 16777216.0);
}

// Element i of the stream. Prefer uniform4_ where a thread needs four neighbours: the cost is the same.
fn uniform_(i: u32, stream: u32, key: vec2u) -> f32 {
  return uniform4_(i >> 2u, stream, key)[i & 3u];
}

// A bijection of u32 in which every input bit reaches every output bit.
fn mix_(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

// Where i goes in the shuffled order of [0, n), n >= 1: a Feistel network on the least number of bits that hold n - 1,
// walked until it lands below n. random.ts has the proof that this is a bijection and that the walk ends when i < n;
// an i from outside, for which it might not, comes back unchanged.
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
