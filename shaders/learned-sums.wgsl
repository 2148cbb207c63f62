// Sums of several terms over blocks of rows: the gradients of learned parameters. Each invocation owns a slot of four columns and
// goes down the ${BLOCK} rows of a block in order. It loads values that all rows share once, and stores other results of the
// same operands on the way.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let own = (group.y * groups.x + group.x) * 64u + lane;
  if (own >= D.z * D.blocks * D.inner * D.n4) { return; }
  let c = own % D.n4;
  let place = own / D.n4 % D.inner;
  let block = own / (D.n4 * D.inner) % D.blocks;
  let z = own / (D.n4 * D.inner * D.blocks);
  let row = place;
  ${BEFORE}
//#for t in TERMS
  var sum_$t = T(0.0);
//#end
  let first = (z * D.rows * D.inner + place) * D.n4 + c;
  let step = D.inner * D.n4;
  let end = min((block + 1u) * ${BLOCK}u, D.rows);
  for (var k = block * ${BLOCK}u; k < end; k++) {
    let row = k * D.inner + place;
    let i = first + k * step;
    ${EACH}
  }
  let to = ((z * D.blocks + block) * ${TERMS}u * D.inner + place) * D.n4 + c;
//#for t in TERMS
  ${SUMS}[to + ${t}u * D.inner * D.n4] = sum_$t;
//#end
}
