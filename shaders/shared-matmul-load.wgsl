// Loads the next terms of both matrices, from k on. Past the last term both are set to 0, because memory there may hold anything.
//#if ragged
//#if a_across
    let a_real = vec4u(0u, 1u, 2u, 3u) + vec4u(k + a_slot * 4u) < vec4u(D.k);
//#end
//#if b_across
    let b_real = vec4u(0u, 1u, 2u, 3u) + vec4u(k + b_slot * 4u) < vec4u(D.k);
//#end
//#end
//#for i in A_LOADS
//#if a_across
//#if computed
    next_a_$i = load_a_(a_row_$i, picked_$i, (k >> 2u) + a_slot);
//#else
    next_a_$i = ${A}[a_$i + (k >> 2u)];
//#end
//#if ragged
    next_a_$i = select(T(0.0), next_a_$i, a_real);
//#end
//#else
    next_a_$i = ${A}[a_$i + k * D.a_m];
//#if ones
    next_a_$i = select(next_a_$i, T(1.0), ones);
//#end
//#if ragged
    next_a_$i = select(T(0.0), next_a_$i, k + a_term + ${i * A_STEP}u < D.k);
//#end
//#end
//#end
//#if b_few
    if (lane < ${B_FEW}u) {
//#end
//#for i in B_LOADS
//#if b_across
    next_b_$i = ${B}[b_$i + (k >> 2u)];
//#if ragged
    next_b_$i = select(T(0.0), next_b_$i, b_real);
//#end
//#else
    next_b_$i = ${B}[b_$i + k * D.b_m];
//#if ragged
    next_b_$i = select(T(0.0), next_b_$i, k + b_term + ${i * B_STEP}u < D.k);
//#end
//#end
//#end
//#if b_few
    }
//#end
//#if keep
    if (k == keep_k) {
      keep_k += keepers * ${BK * SPLIT}u;
//#for i in A_LOADS
      if (block_row + a_row + ${i * A_STEP}u < D.m && (k >> 2u) + a_slot < D.a_m) {
        ${KEEP}[a_row_$i * D.a_m + (k >> 2u) + a_slot] = next_a_$i;
      }
//#end
    }
//#end
