// The end of a kernel whose invocations each compute a block of the result, rows by slots, in `sums`.
  for (var t = 0u; t < ${TM * TN}u; t++) {
    let row = first_row + ${ROW};
    let c = first_slot + t % ${TN}u;
    if (row >= D.m || c >= D.n4) { continue; }
    let acc = sums[t];
    ${EPILOGUE}
  }
}
