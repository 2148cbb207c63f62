// Draws a layer's outputs as a cloud of points directly from the training buffer: projects each row on three axes, so that nothing
// is read back or copied.

struct View {
  matrix: mat4x4f,
  features: u32,
  pitch: u32, // floats from one row to the next
  scale: f32,
  size: f32, // of a point, in clip space
  first: u32, // the first row
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> rows: array<f32>;
@group(0) @binding(2) var<storage, read> axes: array<f32>; // three axes, then the mean, [4][features]
@group(0) @binding(3) var<storage, read> colours: array<vec4f>; // one per row

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) place: vec2f,
  @location(1) colour: vec4f,
}

@vertex
fn point(@builtin(vertex_index) vertex: u32, @builtin(instance_index) row: u32) -> Corner {
  var at = vec3f(0.0);
  for (var i = 0u; i < view.features; i++) {
    let value = rows[(view.first + row) * view.pitch + i] - axes[3u * view.features + i];
    at += value * vec3f(axes[i], axes[view.features + i], axes[2u * view.features + i]);
  }
  let corner = vec2f(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
  var out: Corner;
  out.position = view.matrix * vec4f(at * view.scale, 1.0);
  out.position.x += corner.x * view.size;
  out.position.y += corner.y * view.size;
  out.place = corner;
  out.colour = colours[row];
  return out;
}

@fragment
fn disc(in: Corner) -> @location(0) vec4f {
  if (dot(in.place, in.place) > 1.0) {
    discard;
  }
  return in.colour;
}
