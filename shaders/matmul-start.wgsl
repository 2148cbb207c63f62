// One invocation computes a block of ${TM} rows by ${TN} slots (4 columns each) of one product, with its sums in registers
// throughout. Every sum runs in the order k = 0, 1, 2, ..., whatever the block. On a software adapter, sums are in the CPU's cache
// instead: four terms are summed before they are added, so that each sum is loaded and stored less often.
// Rows and slots past the end repeat the last one and are not stored, so loads need no branch.
// Strides are in slots: a_z between products of A (0 if all replicas share A), a_m between its rows.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
//#if quad
  // The four invocations of a quad have the same rows, each in a different order: of four rows, invocation q loads row q, and at turn
  // t gets row q ^ t from a neighbour. An exchange between neighbours takes one instruction, a broadcast a dozen.
  let q = lane & 3u;
  let blocks_n = (D.n4 + ${TN * 4 - 1}u) / ${TN * 4}u * 4u;
//#else
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#end
  let blocks_m = (D.m + ${TM - 1}u) / ${TM}u;
  if (block >= blocks_n * blocks_m * D.z) { return; }
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
  let z = block_zm / blocks_m;
  let first_row = (block_zm % blocks_m) * ${TM}u;
  let first_slot = block_n * ${TN}u;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#end
//#end
//#for j in TN
  let b_$j = z * D.b_z + min(first_slot + $ju, D.n4 - 1u);
//#end
