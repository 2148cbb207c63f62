// Rows of a table picked by index; an index past the end takes the last row (and is masked where it matters).

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= D.m * D.n4) { return; }
  let z = 0u;
  let row = i / D.n4;
  let c = i % D.n4;
  let picked = min(${INDICES}[row].x, D.table_rows - 1u);
  let packed = ${TABLE}[picked * D.n4 + c];
//#if bytes
  let acc = ${LANE}((vec4u(packed) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u));
//#else
  let acc = packed;
//#end
  ${EPILOGUE}
}
