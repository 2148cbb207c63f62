// A product through workgroup memory. A workgroup computes ${BM} rows by ${BN4} slots (four columns each): its invocations together
// load ${BK} terms of both operands into shared memory, and each sums ${TM} rows by ${TN} slots.
//#if split
// The workgroup has ${SPLIT} slices, which take ${BK} terms each in turn. Their sums are then added in order.
//#end
// Rows and slots past the end repeat the last one and are not stored, so loads need no branch.

var<workgroup> shared_: array<T, ${SHARED}>;

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) invocation: u32) {
  let block = group.y * groups.x + group.x;
  let blocks_n = (D.n4 + ${BN4 - 1}u) / ${BN4}u;
//#if runs
  // Each part of the result covers a few samples and has its own blocks.
  let blocks_m = (D.rows + ${BM - 1}u) / ${BM}u;
  if (block >= blocks_n * blocks_m * D.parts * D.z) { return; }
//#else
  let blocks_m = (D.m + ${BM - 1}u) / ${BM}u;
  if (block >= blocks_n * blocks_m * D.z) { return; }
//#end
  let block_n = block % blocks_n;
  let block_zm = block / blocks_n;
//#if runs
  let z = block_zm / blocks_m / D.parts;
  let part = block_zm / blocks_m % D.parts;
//#else
  let z = block_zm / blocks_m;
//#end
  let block_row = (block_zm % blocks_m) * ${BM}u;
  let block_slot = block_n * ${BN4}u;
//#if split
  let slice = invocation / ${LANES}u;
  let lane = invocation % ${LANES}u;
  let tiles = slice * ${TILES}u;
//#else
  let lane = invocation;
  let tiles = 0u;
//#end
  // Neighbouring invocations have neighbouring slots.
  let tx = lane % ${TX}u;
  let ty = lane / ${TX}u;
  // Where an invocation loads: a slot of terms if the operand's rows run along the terms, otherwise a slot of columns.
//#if a_across
  let a_row = lane / ${BK4}u;
  let a_slot = lane % ${BK4}u;
  let a_to = tiles + a_row * ${AP}u + a_slot;
  let a_from = tiles + ty * ${AP}u;
//#else
  let a_term = lane / ${BM4}u;
  let a_slot = (block_row >> 2u) + lane % ${BM4}u;
  let a_to = tiles + lane;
  let a_from = tiles + ty;
//#end
//#if b_across
  let b_group = block_slot + lane / ${BK4}u;
  let b_slot = lane % ${BK4}u;
  let b_to = tiles + ${A_TILE}u + b_slot * ${BP * 4}u + lane / ${BK4}u;
//#else
  let b_term = lane / ${BN4}u;
  let b_slot = min(block_slot + lane % ${BN4}u, D.n4 - 1u);
  let b_to = tiles + ${A_TILE}u + lane;
//#end
  let b_from = tiles + ${A_TILE}u + tx;
//#for i in TM
//#for j in TN
  var acc_$i_$j = T(0.0);
//#if runs
  var total_$i_$j = T(0.0);
//#end
//#end
//#end
//#for i in A_LOADS
  var next_a_$i = T(0.0);
//#end
//#for i in B_LOADS
  var next_b_$i = T(0.0);
//#end
//#if split
  var k = slice * ${BK}u;
//#else
  var k = 0u;
//#end
//#include place
//#if uneven
  if (k < ${K}) {
//#include load
  }
//#else
//#include load
//#end
  for (var left = (${K} + ${BK * SPLIT - 1}u) / ${BK * SPLIT}u; left > 0u; left--) {
    workgroupBarrier();
//#for i in A_LOADS
    shared_[a_to + ${i * A_APART}u] = next_a_$i;
//#end
//#if b_across
//#if b_few
    if (lane < ${B_FEW}u) {
//#end
//#for t in B_TURNS
//#for l in 4
    shared_[b_to + ${t * B_STEP + l * BP}u] = T(next_b_${t * 4}[$l], next_b_${t * 4 + 1}[$l], next_b_${t * 4 + 2}[$l], next_b_${t * 4 + 3}[$l]);
//#end
//#end
//#if b_few
    }
//#end
//#else
//#for i in B_LOADS
    shared_[b_to + ${i * LANES}u] = next_b_$i;
//#end
//#end
    workgroupBarrier();
    // Loads the next terms while these are multiplied.
//#if uneven
    let real = k < ${K};
//#end
    k += ${BK * SPLIT}u;
    if (k < ${K}) {
//#include load
    }
//#if uneven
    if (real) {
//#end
//#for q in BK4
    {
//#if a_across
//#for i in TM
      let x_$i = shared_[a_from + ${i * TY * AP + q}u];
//#end
//#end
//#for l in 4
//#if a_across
//#else
//#for g in TM4
      let x_$l_$g = shared_[a_from + ${q * 4 * BM4 + l * BM4 + g * TY}u];
//#end
//#end
//#for j in TN
      let w_$l_$j = shared_[b_from + ${q * 4 * BP + l * BP + j * TX}u];
//#end
//#for i in TM
//#for j in TN
//#if a_across
      acc_$i_$j = fma(T(x_$i[$l]), w_$l_$j, acc_$i_$j);
//#else
      acc_$i_$j = fma(T(x_$l_${i >> 2}[${i & 3}]), w_$l_$j, acc_$i_$j);
//#end
//#end
//#end
//#end
    }
//#end
//#if uneven
    }
//#end
//#if runs
    // One long sum would round repeated terms the same way each time: runs are summed first, then added up.
    if (k / ${SPLIT}u % ${RUN}u < ${BK}u) {
//#for i in TM
//#for j in TN
      total_$i_$j += acc_$i_$j;
      acc_$i_$j = T(0.0);
//#end
//#end
    }
//#end
  }
//#if runs
//#for i in TM
//#for j in TN
  acc_$i_$j += total_$i_$j;
//#end
//#end
//#end

//#if split
  // Each slice adds up the parts of some of the block's results.
//#for r in ROUNDS
  workgroupBarrier();
//#for p in PER
  shared_[${p * WG}u + invocation] = acc_${r * PER + p >> TN - 1}_${r * PER + p & TN - 1};
//#end
  workgroupBarrier();
  if (slice < ${PER}u) {
    let t = ${r * PER}u + slice;
    let sums = slice * ${WG}u + lane;
    var acc = shared_[sums];
//#for s in OTHERS
    acc += shared_[sums + ${s * LANES + LANES}u];
//#end
//#include result
  }
//#end
//#else
  var sums = array<T, ${TM * TN}>(${SUMS});
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let acc = sums[t];
//#include result
  }
//#end
}
