// Each invocation takes ${PER} slots, ${STRIDE} apart. In columns they lie below each other, and a loop reads shared values once.

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
//#if columns
  let own = (group.y * groups.x + group.x) * 256u + lane;
  if (own * ${PER}u < D.slots) {
    let c = own % D.n4;
    let top = own / D.n4 * ${PER}u;
    let z = top / D.m;
    let row = 0u;
    ${BEFORE}
    for (var t = 0u; t < ${PER}u; t++) {
      let row = top % D.m + t;
      let i = (top + t) * D.n4 + c;
      ${EPILOGUE}
    }
  }
//#else
  let first = (group.y * groups.x + group.x) * ${256 * PER}u + lane * ${STRETCH}u;
  // Written out rather than a loop: a loop took SwiftShader 1.7 times as long.
//#for t in PER
  {
    let i = first + ${t * STRIDE}u;
    ${GUARD} {
//#if located
      let c = i % D.n4;
      let row = i / D.n4 % D.m;
      let z = i / D.n4 / D.m;
//#end
      ${EPILOGUE}
    }
  }
//#end
//#end
}
