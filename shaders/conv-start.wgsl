// The start of two matrix products whose left operand is read through the window: a convolution's forward pass, and its input's
// gradient. Instead of a row of A, they read the pixels that a window covers. One invocation computes a block of ${TM} rows
// (places) by ${TN} slots (four channels each) of the result. Every sum runs in the order of taps and channels, whatever the
// block. Images are [Z, B, H, W, C], four channels per slot. A place outside the image has an index that wraps round to a large
// number, and reads as 0.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
//#if quad
  // The four invocations of a quad have the same columns, of which there are often few: each loads a quarter of the weight's slots,
  // and they exchange them.
  let q = lane & 3u;
//#end
  let blocks_n = (D.n4 + ${TN - 1}u) / ${TN}u;
//#if quad
  let blocks_m = (D.m + ${TM * 4 - 1}u) / ${TM * 4}u * 4u;
//#else
  let blocks_m = (D.m + ${TM - 1}u) / ${TM}u;
//#end
  if (block >= blocks_n * blocks_m * D.z) { return; }
//#if quad
  let block_n = (block >> 2u) % blocks_n;
  let block_zm = (block >> 2u) / blocks_n * 4u + q;
//#else
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
//#end
  let z = block_zm / blocks_m;
  let block_m = block_zm % blocks_m;
  let first_slot = block_n * ${TN}u;
  // Slots past the end repeat the last one and are not stored. No block spans two groups of channels.
  let channel_group = min(first_slot, D.n4 - 1u) / D.group_n4;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#end
//#end
  let first_row = block_m * ${TM}u;
//#for i in TM
  let place_$i = min(first_row + $iu, D.m - 1u);
  let sample_$i = z * D.a_z + place_$i / (D.row_h * D.row_w) * D.a_h * D.a_w * D.a_c4;
//#end
