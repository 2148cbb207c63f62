// A·Bᵀ: both operands are read along their rows.

//#include start

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

  var sums = array<T, ${TM * TN}>(${SUMS});
//#include store
