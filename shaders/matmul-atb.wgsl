// Aᵀ·B. A is read along its rows, so a slot of A contributes to four neighbouring rows of the result.

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
//#for l in 4
    let a_row_$l = (k + $lu) * D.a_m;
//#end
//#for e in TM4
//#if quad
    let x_$e = T(${A}[a_$e + a_row_0][q], ${A}[a_$e + a_row_1][q], ${A}[a_$e + a_row_2][q], ${A}[a_$e + a_row_3][q]);
//#else
//#for l in 4
    let x_$l_$e = ${A}[a_$e + a_row_$l];
//#end
//#end
//#for r in 4
//#if quad
    let x_row_${4 * e + r} = ${SWAP$r}(x_$e);
//#else
    let x_row_${4 * e + r} = T(x_0_$e[$r], x_1_$e[$r], x_2_$e[$r], x_3_$e[$r]);
//#end
//#for j in TN
    acc_${4 * e + r}_$j = ${FOUR_ROWS}(x_row_${4 * e + r}, w_0_$j, w_1_$j, w_2_$j, w_3_$j, acc_${4 * e + r}_$j);
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
//#if quad
    let x_row_${4 * i + r} = x_$i[$ru ^ q];
//#else
    let x_row_${4 * i + r} = x_$i[$r];
//#end
//#for j in TN
    acc_${4 * i + r}_$j = fma(T(x_row_${4 * i + r}), w_$j, acc_${4 * i + r}_$j);
//#end
//#end
//#end
  }
//#end

  var sums = array<T, ${TM * TN}>(${SUMS});
//#if ones
  // The virtual column of ones is the last row of Aᵀ; its products are the sums of B's columns.
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
    sums[${ONES_ROW} * ${TN}u + $ju] = ones_$j;
//#end
  }
//#end
//#include store
