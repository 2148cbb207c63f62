// Where an invocation loads from in both matrices.
//#for i in A_LOADS
//#if a_across
  let a_row_$i = min(block_row + a_row + ${i * A_STEP}u, D.m - 1u);
//#if computed
  let picked_$i = picked_a_(a_row_$i);
//#else
  let a_$i = z * D.a_z + a_row_$i * D.a_m + a_slot;
//#end
//#else
  let a_$i = z * D.a_z + (a_term + ${i * A_STEP}u) * D.a_m + min(a_slot, D.a_m - 1u);
//#end
//#end
//#if ones
  let ones = vec4u(0u, 1u, 2u, 3u) + vec4u(a_slot * 4u) == vec4u(D.m - 1u);
//#end
//#for i in B_LOADS
//#if b_across
  let b_$i = z * D.b_z + min((b_group + ${i >> 2}u * ${B_STEP}u) * 4u + ${i & 3}u, D.n - 1u) * D.b_m + b_slot;
//#else
  let b_$i = z * D.b_z + (b_term + ${i * B_STEP}u) * D.b_m + b_slot;
//#end
//#end
//#if bias
//#for j in TN
  let bias_$j = ${B}[z * D.b_z + D.k * D.b_m + min(block_slot + tx + ${j * TX}u, D.n4 - 1u)];
//#for i in TM
//#if split
  acc_$i_$j = select(T(0.0), bias_$j, slice == 0u);
//#else
  acc_$i_$j = bias_$j;
//#end
//#end
//#end
//#end
//#if keep
  // Other kernels read the rows of A computed here: the blocks that compute a row each store a share of it.
  let keepers = blocks_n * D.z;
  var keep_k = k + (z * blocks_n + block_n) * ${BK * SPLIT}u;
//#end
