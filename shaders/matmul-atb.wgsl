// Aᵀ·B. A is read along its rows, so a slot of A holds four neighbouring rows of the result.

//#include start

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
//#include store
