// Loads the next places of the image, through the window, and of the cotangent.
//#for i in A_LOADS
    let inside_$i = (y_$i + away_y < D.in_h) & (x_$i + away_x < D.in_w);
    next_a_$i = select(T(0.0), ${X}[at_$i], inside_$i);
//#if ones
    next_a_$i = select(next_a_$i, T(1.0), ones);
//#end
//#if ragged
    next_a_$i = select(T(0.0), next_a_$i, k + a_term + ${i * A_STEP}u < part_places);
//#end
    x_$i += skip_x;
    let next_row_$i = x_$i >= end_x;
    x_$i -= select(0u, end_x, next_row_$i);
    y_$i += skip_y + select(0u, D.stride_y, next_row_$i);
    let next_sample_$i = y_$i >= end_y;
    y_$i -= select(0u, end_y, next_sample_$i);
    at_$i += skip + select(0u, row_skip, next_row_$i) + select(0u, sample_skip, next_sample_$i);
//#end
//#for i in B_LOADS
    next_b_$i = ${G}[b_$i + k * D.n4];
//#if ragged
    next_b_$i = select(T(0.0), next_b_$i, k + b_term + ${i * B_STEP}u < part_places);
//#end
//#end
