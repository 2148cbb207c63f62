// Softmax and related ops: one invocation takes whole rows of logits, each a few slots.
//#if sums
// One workgroup per replica: invocation i takes rows i, i + ${WG}, ... A binary tree adds the sums over rows, in an order that
// depends only on the shape.
//#for s in SUMS
var<workgroup> partial_$s: array<T, ${WG}>;
//#end
//#end

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
//#if sums
  let z = group.x;
  let first = lane;
  let step = ${WG}u;
//#else
  let z = group.y;
  let first = group.x * ${WG}u + lane;
  let step = D.m;
//#end
//#for s in SUMS
  var total_$s = T(0.0);
//#end
  for (var row = first; row < D.m; row += step) {
    let c = 0u;
    let base = z * D.logits_z + row * D.n4;
    var largest = minus_infinity_();
    for (var s = 0u; s < D.n4; s++) {
      largest = max(largest, select(minus_infinity_(), ${LOGITS}[base + s], lanes_(s) < U(D.n)));
    }
    let top = max(max(largest.x, largest.y), max(largest.z, largest.w));
    let label = label_(z, row);
//#if softmax
    var exps = T(0.0);
    for (var s = 0u; s < D.n4; s++) {
      exps += select(T(0.0), exp_neg_(${LOGITS}[base + s] - top), lanes_(s) < U(D.n));
    }
    let sum = dot(exps, T(1.0));
    // A label that is not a class (ignored rows) reads the last logit: its loss is finite and masked later.
    let known = min(label, D.n - 1u);
    let loss = log(T(sum)) + T(top - ${LOGITS}[base + known / 4u][known % 4u]);
//#end
//#if predict
    // The prediction is the first of equal maxima.
    var predicted = U(D.n);
    for (var s = 0u; s < D.n4; s++) {
      let here = lanes_(s);
      predicted = min(predicted, select(U(D.n), here, (${LOGITS}[base + s] == T(top)) & (here < U(D.n))));
    }
    let best = min(min(predicted.x, predicted.y), min(predicted.z, predicted.w));
    let right = T(select(0.0, 1.0, best == label));
//#end
    ${ROW}
//#if grad
    for (var s = 0u; s < D.n4; s++) {
      let hot = select(T(0.0), T(1.0), lanes_(s) == U(label));
      // Uses select instead of a product with 0, because an ignored row may have no finite softmax.
      let slope = (exp_neg_(${LOGITS}[base + s] - top) / sum - hot) * upstream;
      ${GRAD}[z * D.grad_z + row * D.n4 + s] = select(slope, T(0.0), upstream == T(0.0));
    }
//#end
  }
//#if sums
//#for s in SUMS
  partial_$s[lane] = total_$s;
//#end
  for (var half = ${WG / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) {
//#for s in SUMS
      partial_$s[lane] += partial_$s[lane + half];
//#end
    }
  }
  if (lane != 0u) { return; }
  let row = 0u;
  let c = 0u;
  ${EPILOGUE}
//#end
}

// The column numbers of a slot's four lanes.
fn lanes_(slot: u32) -> U {
  return U(slot * 4u) + U(0u, 1u, 2u, 3u);
}
