// For each column, four in a slot: mean, unbiased variance, the part of the mean that float32 rounds away, and
// 1 / sqrt(variance + eps). A workgroup takes a slot: invocation i reads rows i, i + 64, ..., and a binary tree joins the partial
// results. The order depends only on the shape.
// The first row is subtracted, so that a large mean does not round away the differences. A second mean of what remains follows,
// since the first row may be an outlier. Values are scaled down by a power of two before they are squared.
var<workgroup> first_: array<T, 64>;
var<workgroup> second_: array<T, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let line = group.y * groups.x + group.x;
  if (line >= D.z * D.n4) { return; }
  let column = line / D.n4 * D.rows * D.n4 + line % D.n4;
  let end = column + D.rows * D.n4;
  let origin = X[column];
  // Terms are divided by a power of two that is at least their number, so that their sum cannot overflow.
  let less = bitcast<f32>((127u - D.halvings) << 23u);
  var sum = T(0.0);
  var largest = T(0.0);
  for (var at = column + lane * D.n4; at < end; at += 64u * D.n4) {
    let term = X[at] - origin;
    sum += term * less;
    largest = max(largest, abs(term));
  }
  first_[lane] = sum;
  second_[lane] = largest;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) {
      first_[lane] += first_[lane + half];
      second_[lane] = max(second_[lane], second_[lane + half]);
    }
  }
  workgroupBarrier();
  let share = 1.0 / f32(D.rows);
  let near = first_[0] * (share / less);
  let shrink = shrink_(second_[0]);
  workgroupBarrier();
  var rest = T(0.0);
  var squares = T(0.0);
  for (var at = column + lane * D.n4; at < end; at += 64u * D.n4) {
    let term = (X[at] - origin - near) * shrink;
    rest += term;
    squares += term * term;
  }
  first_[lane] = rest;
  second_[lane] = squares;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) {
      first_[lane] += first_[lane + half];
      second_[lane] += second_[lane + half];
    }
  }
  if (lane != 0u) { return; }
  let left = first_[0] * share;
  let variance = max(second_[0] * share - left * left, T(0.0));
  // 1 / shrink, exactly.
  let grow = bitcast<T>(U(254u << 23u) - bitcast<U>(shrink));
  let mean = origin + near;
  let out = line / D.n4 * 4u * D.n4 + line % D.n4;
  let eps = bitcast<f32>(D.eps);
  Y[out] = mean;
  Y[out + D.n4] = variance * (f32(D.rows) / f32(max(D.rows, 2u) - 1u)) * grow * grow;
  Y[out + 2u * D.n4] = ((origin - mean) + near) + left * grow;
  Y[out + 3u * D.n4] = shrink / sqrt(variance + max(eps * shrink * shrink, T(1.17549435e-38)));
}
