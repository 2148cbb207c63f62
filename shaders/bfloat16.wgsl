// The nearest bfloat16, ties to even: the upper half of a float32. NaN stays NaN. Uses bits only, so that every adapter rounds alike.
fn bfloat16_(x: T) -> T {
  let bits = bitcast<U>(x);
  let nearest = bits + U(0x7fffu) + ((bits >> U(16u)) & U(1u));
  return bitcast<T>(select(nearest, bits | U(0x00400000u), is_nan_(x)) & U(0xffff0000u));
}

// Packs a slot of bfloat16 numbers into half the bytes, and unpacks it.
fn pack_bfloat16_(x: vec4f) -> vec2u {
  let bits = bitcast<vec4u>(x);
  return (bits.xz >> vec2u(16u)) | bits.yw;
}
fn unpack_bfloat16_(slot: vec2u) -> vec4f {
  return bitcast<vec4f>(vec4u(slot.x << 16u, slot.x & 0xffff0000u, slot.y << 16u, slot.y & 0xffff0000u));
}
