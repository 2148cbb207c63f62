//#if search
// Finds the next place with a given index: for each row of a table the first place that holds its number, or for each place the next
// one with the same index. If there is none, the result is the number of places.
//#else
// The gradient of a table: an invocation takes a slot of a row and adds up the places in its list, in order.
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
