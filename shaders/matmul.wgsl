// One invocation computes a block of ${TM} rows by ${TN} slots (4 columns each) of one product, its sums held in
// registers over the whole contraction; the order of every sum is k = 0, 1, 2, ... whatever the block. Where a CPU does
// the computing, sums lie in its cache: four terms are summed before they are added, so that a sum is touched once.
// Rows and slots past the edge repeat the last one and are not stored, so loads need no branch.
// Strides are in slots: a_z between products of A (0 when A is shared by all replicas), a_m between its rows.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = (group.y * groups.x + group.x) * ${WG}u + lane;
//#if quad
  // The four invocations of a quad have the same rows: each loads a quarter of A's slots, and they exchange them.
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

//#if ab
//#for i in LOADS
//#if quad
  let row_$i = min(first_row + ${4 * i}u + q, D.m - 1u);
//#else
  let row_$i = min(first_row + $iu, D.m - 1u);
//#end
//#if computed
  let picked_$i = picked_a_(row_$i);
//#else
  let a_$i = z * D.a_z + row_$i * D.a_m;
//#end
//#end
//#if bias
//#for j in TN
  let bias_$j = ${B}[b_$j + D.k * D.b_m];
//#for i in TM
  acc_$i_$j = bias_$j;
//#end
//#end
//#end
  for (var k = 0u; k + 4u <= D.k; k += 4u) {
//#for l in 4
    let w_row_$l = (k + $lu) * D.b_m;
//#for j in TN
    let w_$l_$j = ${B}[b_$j + w_row_$l];
//#end
//#end
//#for i in LOADS
//#if computed
    let a_slot_$i = load_a_(row_$i, picked_$i, k >> 2u);
//#else
    let a_slot_$i = ${A}[a_$i + (k >> 2u)];
//#end
//#end
//#for i in TM
//#if quad
    let x_$i = quadBroadcast(a_slot_${i >> 2}, ${i & 3}u);
//#else
    let x_$i = a_slot_$i;
//#end
//#for j in TN
    acc_$i_$j = ${FOUR_ROWS}(x_$i, w_0_$j, w_1_$j, w_2_$j, w_3_$j, acc_$i_$j);
//#end
//#end
  }
//#if ragged
  for (var k = D.k & ~3u; k < D.k; k++) {
//#for j in TN
    let w_$j = ${B}[b_$j + k * D.b_m];
//#end
//#for i in LOADS
//#if computed
    let a_slot_$i = load_a_(row_$i, picked_$i, k >> 2u)[k & 3u];
//#else
    let a_slot_$i = ${A}[a_$i + (k >> 2u)][k & 3u];
//#end
//#end
//#for i in TM
//#if quad
    let x_$i = quadBroadcast(a_slot_${i >> 2}, ${i & 3}u);
//#else
    let x_$i = a_slot_$i;
//#end
//#for j in TN
    acc_$i_$j = fma(T(x_$i), w_$j, acc_$i_$j);
//#end
//#end
  }
//#end
//#end

//#if keep
  // Other kernels read the rows that were computed here: each of the blocks that have them stores its share.
  for (var i = 0u; i < min(${TM}u, D.m - first_row); i++) {
    let picked = picked_a_(first_row + i);
    for (var s = z * blocks_n + block_n; s < D.a_m; s += D.z * blocks_n) {
      ${KEEP}[(first_row + i) * D.a_m + s] = load_a_(first_row + i, picked, s);
    }
  }
//#end

//#if atb
  // A is read along its rows, so a slot of A holds four neighbouring rows of the result.
//#for i in TM4
  let a_$i = z * D.a_z + min((first_row >> 2u) + $iu, D.a_m - 1u);
//#end
  for (var k = 0u; k + 4u <= D.k; k += 4u) {
//#for l in 4
    let w_row_$l = (k + $lu) * D.b_m;
//#for j in TN
    let w_$l_$j = ${B}[b_$j + w_row_$l];
//#end
//#end
//#if quad
    let a_row = (k + q) * D.a_m;
//#else
//#for l in 4
    let a_row_$l = (k + $lu) * D.a_m;
//#end
//#end
//#for i in TM4
//#if quad
    let a_slot_$i = ${A}[a_$i + a_row];
//#end
//#for l in 4
//#if quad
    let x_$l_$i = quadBroadcast(a_slot_$i, $lu);
//#else
    let x_$l_$i = ${A}[a_$i + a_row_$l];
//#end
//#end
//#for r in 4
    let x_row_${4 * i + r} = T(x_0_$i[$r], x_1_$i[$r], x_2_$i[$r], x_3_$i[$r]);
//#for j in TN
    acc_${4 * i + r}_$j = ${FOUR_ROWS}(x_row_${4 * i + r}, w_0_$j, w_1_$j, w_2_$j, w_3_$j, acc_${4 * i + r}_$j);
//#end
//#end
//#end
  }
//#if ragged
  for (var k = D.k & ~3u; k < D.k; k++) {
//#for j in TN
    let w_$j = ${B}[b_$j + k * D.b_m];
//#end
//#for i in TM4
    let x_$i = ${A}[a_$i + k * D.a_m];
//#for r in 4
//#for j in TN
    acc_${4 * i + r}_$j = fma(T(x_$i[$r]), w_$j, acc_${4 * i + r}_$j);
//#end
//#end
//#end
  }
//#end
//#end

//#if abt
//#for i in LOADS
//#if quad
  let a_$i = z * D.a_z + min(first_row + ${4 * i}u + q, D.m - 1u) * D.a_m;
//#else
  let a_$i = z * D.a_z + min(first_row + $iu, D.m - 1u) * D.a_m;
//#end
//#end
//#for n in TN4
  let b_row_$n = z * D.b_z + min(first_slot * 4u + $nu, D.n - 1u) * D.b_m;
//#end
  let slots = (D.k + 3u) >> 2u;
//#if ragged
  // The last slot of a row holds padding: its lanes are cleared on both sides, for padding may hold anything.
  let tail = vec4u(0u, 1u, 2u, 3u) + vec4u((slots - 1u) * 4u) < vec4u(D.k);
//#end
  for (var k = 0u; k < slots; k++) {
//#if ragged
    let real = tail | vec4<bool>(k + 1u < slots);
//#end
//#for n in TN4
//#if ragged
    let w_$n = select(T(0.0), ${B}[b_row_$n + k], real);
//#else
    let w_$n = ${B}[b_row_$n + k];
//#end
//#end
//#for i in LOADS
//#if ragged
    let a_slot_$i = select(T(0.0), ${A}[a_$i + k], real);
//#else
    let a_slot_$i = ${A}[a_$i + k];
//#end
//#end
//#for i in TM
//#if quad
    let x_$i = quadBroadcast(a_slot_${i >> 2}, ${i & 3}u);
//#else
    let x_$i = a_slot_$i;
//#end
//#for j in TN
//#for n in 4
    let sum_$i_$j_$n = ${FOUR_TERMS}(x_$i, w_${4 * j + n}, acc_$i_$j[$n]);
//#end
    acc_$i_$j = T(sum_$i_$j_0, sum_$i_$j_1, sum_$i_$j_2, sum_$i_$j_3);
//#end
//#end
  }
//#end

  var sums = array<T, ${TM * TN}>(${SUMS});
//#if ones
  // The virtual column of ones is the last row of Aᵀ: its products are the sums of B's columns.
  let ones_row = D.m - 1u - first_row;
  if (ones_row < ${TM}u) {
//#for j in TN
    var ones_$j = T(0.0);
//#end
    for (var k = 0u; k < D.k; k++) {
//#for j in TN
      ones_$j += ${B}[b_$j + k * D.b_m];
//#end
    }
//#for j in TN
    sums[ones_row * ${TN}u + $ju] = ones_$j;
//#end
  }
//#end
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let row = first_row + t / ${TN}u;
    let c = first_slot + t % ${TN}u;
    if (row >= D.m || c >= D.n4) { continue; }
    let acc = sums[t];
    ${EPILOGUE}
  }
}
