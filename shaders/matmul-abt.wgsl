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
  // The last slot of a row contains padding, which may be any value: these lanes are cleared in both operands.
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
//#for e in LOADS
//#for t in TURNS
    let x_$e_$t = ${SWAP$t}(a_slot_$e);
//#for j in TN
//#for n in 4
    let sum_$e_$t_$j_$n = ${FOUR_TERMS}(x_$e_$t, w_${4 * j + n}, acc_${TURNS * e + t}_$j[$n]);
//#end
    acc_${TURNS * e + t}_$j = T(sum_$e_$t_$j_0, sum_$e_$t_$j_1, sum_$e_$t_$j_2, sum_$e_$t_$j_3);
//#end
//#end
//#end
  }

  var sums = array<T, ${TM * TN}>(${SUMS});
//#include store
