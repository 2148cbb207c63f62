//#if alone
// One invocation reduces (sums or compares) all terms of one slot of the result, one after another.
//#else
// One workgroup reduces (sums or compares) all terms of one slot of the result: invocation i takes terms i, i + ${WG}, ..., and a
// binary tree joins the partial results.
//#end
// The order depends only on the shape.

//#if alone
//#else
var<workgroup> partial: array<T, ${WG}>;
//#end

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
//#if alone
  let out = (group.y * groups.x + group.x) * ${WG}u + lane;
  let first = 0u;
  let by = 1u;
//#else
  let out = group.y * groups.x + group.x;
  let first = lane;
  let by = ${WG}u;
//#end
  if (out >= D.out_z * D.out_m * D.out_n4) { return; }
  let out_c = out % D.out_n4;
  let out_row = (out / D.out_n4) % D.out_m;
  let out_z = out / (D.out_n4 * D.out_m);
  let first_row = out_row / D.inner * D.inner * D.sum_m + out_row % D.inner;
  var total = T(${IDENTITY});
  for (var l = first; l < D.sum_z * D.sum_m * D.sum_n4; l += by) {
    let c = out_c + l % D.sum_n4;
    let row = first_row + (l / D.sum_n4) % D.sum_m * D.inner;
    let z = out_z + l / (D.sum_n4 * D.sum_m);
    ${PROLOGUE}
//#if lanes
    let shown = select(T(${IDENTITY}), term, vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(D.n));
//#else
    let shown = term;
//#end
//#if max
    total = max(total, shown);
//#else
    total += shown;
//#end
  }
//#if alone
  let acc = total;
//#else
  partial[lane] = total;
  for (var half = ${WG / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
//#if max
    if (lane < half) { partial[lane] = max(partial[lane], partial[lane + half]); }
//#else
    if (lane < half) { partial[lane] += partial[lane + half]; }
//#end
  }
  if (lane != 0u) { return; }
//#if lanes
//#if max
  let acc = T(max(max(partial[0].x, partial[0].y), max(partial[0].z, partial[0].w)));
//#else
  let acc = T(dot(partial[0], T(1.0)));
//#end
//#else
  let acc = partial[0];
//#end
//#end
  let z = out_z;
  let row = out_row;
  let c = out_c;
  ${EPILOGUE}
}
