// Pictures of bytes, and bringing them to another size: the averages over areas along an axis that
// shrinks, linear interpolation along one that grows, in integers, as `Sources/Images/Resampling.swift`.

/** A picture of gray levels: `pixels` holds [height × width] bytes. */
function picture(height, width, pixels = new Uint8Array(height * width)) {
  return { height, width, pixels };
}

function resized(source, height, width) {
  const vertical = taps(source.height, height);
  const horizontal = taps(source.width, width);
  const total = vertical[0].sum * horizontal[0].sum;
  const narrowed = new Float64Array(source.height * width);
  for (let row = 0; row < source.height; row++) {
    for (let column = 0; column < width; column++) {
      const { first, weights } = horizontal[column];
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) {
        sum += weights[tap] * source.pixels[row * source.width + first + tap];
      }
      narrowed[row * width + column] = sum;
    }
  }
  const result = picture(height, width);
  for (let row = 0; row < height; row++) {
    const { first, weights } = vertical[row];
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) {
        sum += weights[tap] * narrowed[(first + tap) * width + column];
      }
      result.pixels[row * width + column] = Math.floor((2 * sum + total) / (2 * total));
    }
  }
  return result;
}

/** For each output along an axis, the inputs it is made of and their weights. */
function taps(from, to) {
  return Array.from({ length: to }, (_, index) => {
    const { first, weights } = to > from ? interpolation(index, from, to) : average(index, from, to);
    return { first, weights, sum: weights.reduce((sum, weight) => sum + weight, 0) };
  });
}

function average(index, from, to) {
  const start = index * from;
  const end = start + from;
  const first = Math.floor(start / to);
  const last = Math.floor((end - 1) / to);
  const weights = [];
  for (let input = first; input <= last; input++) {
    weights.push(Math.min(end, (input + 1) * to) - Math.max(start, input * to));
  }
  return { first, weights };
}

function interpolation(index, from, to) {
  const unit = 2 * to;
  const position = (2 * index + 1) * from - to;
  if (position < 0) return { first: 0, weights: [unit] };
  const left = Math.floor(position / unit);
  if (left >= from - 1) return { first: from - 1, weights: [unit] };
  return { first: left, weights: [unit - (position % unit), position % unit] };
}
