// A·B: a slot of A contains four terms, each multiplied by a row of B.

//#include start

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
//#for e in LOADS
//#for t in TURNS
    let x_$e_$t = ${SWAP$t}(a_slot_$e);
//#for j in TN
    acc_${TURNS * e + t}_$j = ${FOUR_ROWS}(x_$e_$t, w_0_$j, w_1_$j, w_2_$j, w_3_$j, acc_${TURNS * e + t}_$j);
//#end
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
//#for e in LOADS
//#for t in TURNS
    let x_$e_$t = ${SWAP$t}(T(a_slot_$e));
//#for j in TN
    acc_${TURNS * e + t}_$j = fma(x_$e_$t, w_$j, acc_${TURNS * e + t}_$j);
//#end
//#end
//#end
  }
//#end

//#if keep
  // Other kernels read the rows of A computed here: the blocks that compute a row each store a share of it.
  for (var i = 0u; i < min(${TM}u, D.m - first_row); i++) {
    let picked = picked_a_(first_row + i);
    for (var s = z * blocks_n + block_n; s < D.a_m; s += D.z * blocks_n) {
      ${KEEP}[(first_row + i) * D.a_m + s] = load_a_(first_row + i, picked, s);
    }
  }
//#end

  var sums = array<T, ${TM * TN}>(${SUMS});
//#include store
