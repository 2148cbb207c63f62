// The maximum or mean of each window of an image, one slot of channels per invocation; or the gradient that a pixel receives from
// all windows that cover it. Places outside the image have indices that wrap round to large numbers. If windows do not overlap, an
// invocation takes a window and the pixels up to the next one; otherwise it takes a pixel.

@compute @workgroup_size(${WG})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * ${WG}u + lane;
  if (i >= D.count) { return; }
  let c = i % D.n4;
//#if forward
  let place = i / D.n4;
  let ox = place % D.out_w;
  let oy = place / D.out_w % D.out_h;
  let image = place / (D.out_w * D.out_h) * D.in_h * D.in_w;
  var acc = T(${START});
//#for copy in COPIES
  ${EACH_TAP}
//#if unrolled
    let tap = vec2u(${copy - copy / WIDTH * WIDTH}u, ${copy / WIDTH}u);
//#else
    let tap = vec2u(t % D.kernel_x, t / D.kernel_x);
//#end
    let y = oy * D.stride_y + tap.y * D.dilation_y - D.padding_y;
    let x = ox * D.stride_x + tap.x * D.dilation_x - D.padding_x;
    let inside = y < D.in_h && x < D.in_w;
    let v = ${X}[select(0u, (image + y * D.in_w + x) * D.n4, inside) + c];
//#if max
    // The first NaN is kept.
    acc = select(acc, v, ((v > acc) | is_nan_(v)) & !is_nan_(acc) & B(inside));
//#else
    acc += select(T(0.0), v, inside);
//#end
  }
//#end
//#if max
//#else
  acc *= scale_(oy, ox);
//#end
  let row = place % D.m;
  let z = place / D.m;
  ${EPILOGUE}
//#else
//#if apart
  let cell = i / D.n4;
  let ox = cell % D.cells_x;
  let oy = cell / D.cells_x % D.cells_y;
  let image = cell / (D.cells_x * D.cells_y);
  let z = image * D.in_h * D.in_w / D.m;
  let first_row = image * D.in_h * D.in_w - z * D.m;
  let is_window = oy < D.out_h && ox < D.out_w;
  let at_window = select(0u, ((image * D.out_h + oy) * D.out_w + ox) * D.n4, is_window) + c;
//#if max
  let g = ${G}[at_window];
  let top = ${Y}[at_window];
  var free = B(is_window);
//#else
  let g = ${G}[at_window] * scale_(oy, ox);
//#end
//#for copy in COPIES
  ${EACH_TAP}
//#if unrolled
    let tap = vec2u(${copy - copy / WIDTH * WIDTH}u, ${copy / WIDTH}u);
//#else
    let tap = vec2u(t % D.stride_x, t / D.stride_x);
//#end
    let y = oy * D.stride_y + tap.y - D.padding_y;
    let x = ox * D.stride_x + tap.x - D.padding_x;
    let row = first_row + y * D.in_w + x;
//#if exact
    {
      let covered = true;
//#else
    if (y < D.in_h && x < D.in_w) {
      let covered = tap.y < D.kernel_y && tap.x < D.kernel_x;
//#end
//#if max
      // The first of equal maxima gets the whole gradient. It is recognised by its bits, which also works for NaN.
      let own = ${X}[(z * D.m + row) * D.n4 + c];
      let first = free & (bitcast<U>(own) == bitcast<U>(top)) & B(covered);
      free = free & !first;
      let acc = select(T(0.0), g, first);
//#else
      let acc = select(T(0.0), g, covered && is_window);
//#end
      ${EPILOGUE}
    }
  }
//#end
//#else
  let place = i / D.n4;
  let x = place % D.in_w;
  let y = place / D.in_w % D.in_h;
  let image = place / (D.in_w * D.in_h);
  var acc = T(0.0);
//#if max
  let own = ${X}[i];
//#end
  for (var tap = 0u; tap < D.kernel_y * D.kernel_x; tap++) {
    let by_y = y + D.padding_y - tap / D.kernel_x * D.dilation_y;
    let by_x = x + D.padding_x - tap % D.kernel_x * D.dilation_x;
    let oy = by_y / D.stride_y;
    let ox = by_x / D.stride_x;
    if (oy * D.stride_y == by_y && ox * D.stride_x == by_x && oy < D.out_h && ox < D.out_w) {
      let at = ((image * D.out_h + oy) * D.out_w + ox) * D.n4 + c;
//#if max
      // The first of equal maxima, compared by bits: no earlier tap of this window has the same.
      let top = ${Y}[at];
      var first = bitcast<U>(own) == bitcast<U>(top);
      for (var t = 0u; t < tap; t++) {
        let ty = by_y + t / D.kernel_x * D.dilation_y - D.padding_y;
        let tx = by_x + t % D.kernel_x * D.dilation_x - D.padding_x;
        if (ty < D.in_h && tx < D.in_w) {
          first = first & (bitcast<U>(${X}[((image * D.in_h + ty) * D.in_w + tx) * D.n4 + c]) != bitcast<U>(top));
        }
      }
      acc += select(T(0.0), ${G}[at], first);
//#else
      acc += ${G}[at] * scale_(oy, ox);
//#end
    }
  }
  let row = place % D.m;
  let z = place / D.m;
  ${EPILOGUE}
//#end
//#end
}

//#if max
//#else
// 1 / (elements of a window), counted as in PyTorch: a window beyond the padded image counts only what it covers of it.
fn scale_(oy: u32, ox: u32) -> f32 {
  let first = vec2i(vec2u(oy * D.stride_y, ox * D.stride_x)) - vec2i(vec2u(D.padding_y, D.padding_x));
  let size = vec2i(vec2u(D.in_h, D.in_w));
  let last = min(first + vec2i(vec2u(D.kernel_y, D.kernel_x)), size + vec2i(vec2u(D.padding_y, D.padding_x)));
//#if countPad
  let span = last - first;
//#else
  let span = min(last, size) - max(first, vec2i(0));
//#end
  return 1.0 / f32(span.x * span.y);
}
//#end
