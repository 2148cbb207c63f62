// One slot of a block's result.
//#if a_across
    let block_m = block_row + ty + t / ${TN}u * ${TY}u;
//#else
    let block_m = block_row + (ty + t / ${TN * 4}u * ${TY}u) * 4u + t / ${TN}u % 4u;
//#end
    let c = block_slot + tx + t % ${TN}u * ${TX}u;
//#if runs
    if (block_m < D.rows && c < D.n4) {
      let row = part * D.rows + block_m;
//#else
    if (block_m < D.m && c < D.n4) {
      let row = block_m;
//#end
      ${EPILOGUE}
    }
