// One slot of a block's result.
//#if a_across
    let row = block_row + ty + t / ${TN}u * ${TY}u;
//#else
    let row = block_row + (ty + t / ${TN * 4}u * ${TY}u) * 4u + t / ${TN}u % 4u;
//#end
    let c = block_slot + tx + t % ${TN}u * ${TX}u;
    if (row < D.m && c < D.n4) {
      ${EPILOGUE}
    }
