//#if search
// For each row of the result the first place that holds an index: its own number, or from a place on the
// index which that place holds. The number of places where there is none.
//#else
// What comes back to each row of a table: an invocation takes a slot of a row and adds up its list of places, in order.
//#end

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${WG}u + lane;
  if (i >= D.count) { return; }
//#if search
//#if byRow
  let wanted = i;
  var place = 0u;
//#else
  let wanted = ${INDICES}[i].x;
  var place = i + 1u;
//#end
  while (place < D.places) {
    if (${INDICES}[place].x == wanted) { break; }
    place++;
  }
//#if but
  place = select(place, D.places, i == D.except);
//#end
  let z = 0u;
  let row = i;
  let c = 0u;
//#else
  let c = i % D.n4;
  let target_row = i / D.n4 % D.m;
  let z = i / (D.n4 * D.m);
  var acc = T(0.0);
  var place = ${FIRST}[target_row].x;
  while (place < D.places) {
    let row = place;
    ${TERM}
    place = ${NEXT}[place].x;
  }
  let row = target_row;
//#end
  ${EPILOGUE}
}
