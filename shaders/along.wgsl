// Folds along one axis, then evaluates an expression at each element: softmax and the like. A line is folded into one value: a
// row or, along any other axis, four neighbouring columns, one per lane. Loops take ${TURNS} elements per iteration.
//#if shared
// A workgroup takes a line: invocation i folds its elements i, i + ${WG}, ..., and the partial results are combined in a
// binary tree. The order is a function of the shape alone.
var<workgroup> partial: array<T, ${WG}>;
//#else
//#if quad
// A quad takes a line: invocation i of four folds its elements i, i + 4, ...; each then knows all four results.
//#else
// An invocation takes a line.
//#end
//#end

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
//#if shared
  let line = group.y * groups.x + group.x;
  let first = lane;
  let by = ${WG}u;
//#else
  let invocation = (group.y * groups.x + group.x) * ${WG}u + lane;
  let line = invocation / ${BY}u;
  let first = invocation % ${BY}u;
  let by = ${BY}u;
//#end
  if (line >= D.lines) { return; }
//#if columns
  let z = line / D.m;
  let row = line % D.m;
  let base = line * D.n4;
//#else
  let c = line % D.n4;
  let inner = line / D.n4 % D.inner;
  let outer = line / (D.n4 * D.inner);
//#end
  let count = D.count;
//#for f in FOLDS
  var fold_$f = T(${IDENTITY_$f});
  ${LOOP}
//#for k in TURNS
    {
//#include place
      ${TERMS_$f}
//#if padded
      // The last slot of a row may hold padding, and padding anything.
      let term = select(T(${IDENTITY_$f}), element, vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(D.n));
//#else
      let term = element;
//#end
      fold_$f = ${FOLD_$f};
    }
//#end
  }
//#if shared
  partial[lane] = fold_$f;
  for (var half = ${WG / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { partial[lane] = ${TREE_$f}; }
  }
  workgroupBarrier();
  fold_$f = partial[0];
  workgroupBarrier();
//#end
//#if quad
  fold_$f = ${PAIR_$f};
  fold_$f = ${QUAD_$f};
//#end
//#if columns
  let result_$f = T(${LANES_$f});
//#else
  let result_$f = fold_$f;
//#end
//#end
  ${LOOP}
//#for k in TURNS
    {
//#include place
      ${EPILOGUE}
    }
//#end
  }
}
