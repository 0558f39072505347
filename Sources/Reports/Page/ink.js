// How much darker than its paper each pixel of a picture is, as `InkResidual.swift`,
// `InkPolarity.swift` and `PaperEstimate.swift` of `Sources/Digits/Preparing` define it, to the bit.

/** A contrast that shade on paper does not reach. */
const strongContrast = 96;

/** A rectangle of integers: `values` holds [height × width]. */
function grid(height, width, values = new Int32Array(height * width)) {
  return { height, width, values };
}

function transposed({ height, width, values }) {
  const result = grid(width, height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      result.values[column * height + row] = values[row * width + column];
    }
  }
  return result;
}

/** The residual of dark ink. */
function inkResidual(source) {
  const { height, width, pixels } = source;
  const longer = Math.max(height, width);
  const radius = Math.floor(longer / 400);
  const unit = (2 * radius + 1) ** 2;
  const levels = grid(height, width, Int32Array.from(pixels));
  const brightness =
    radius === 0 ? levels : transposed(columnSums(transposed(columnSums(levels, radius)), radius));
  const paper = paperUnder(
    brightness, Math.max(1, Math.floor((3 * longer) / 20)), strongContrast * unit);
  const residual = paper.map((value, index) => value - brightness.values[index]);
  // Noise and mean of the paper follow from two low quantiles of the residual.
  const [low, middle] = quantiles(residual, 5, 25);
  const noise = Math.floor(((middle - low) * 100 + 48) / 97);
  const bias = middle + Math.floor((noise * 674) / 1000);
  const smoothed = grid(height, width, residual.map((value) => value - bias));
  const ink = Uint8Array.from(paper, (value, index) => {
    const light = Math.max(value - bias, unit);
    const share = 255 * (light - pixels[index] * unit) + Math.floor(light / 2);
    return Math.min(Math.max(Math.trunc(share / light), 0), 255);
  });
  return { height, width, unit, noise, smoothed, ink };
}

function columnSums({ height, width, values }, radius) {
  const result = grid(height, width);
  const sums = new Int32Array(width);
  const start = (row) => Math.min(Math.max(row, 0), height - 1) * width;
  for (let row = -radius; row <= radius; row++) {
    for (let column = 0; column < width; column++) sums[column] += values[start(row) + column];
  }
  for (let row = 0; row < height; row++) {
    const added = start(row + radius + 1);
    const removed = start(row - radius);
    for (let column = 0; column < width; column++) {
      result.values[row * width + column] = sums[column];
      sums[column] += values[added + column] - values[removed + column];
    }
  }
  return result;
}

/** The values below which so many per cent of all lie. */
function quantiles(values, ...percents) {
  const counts = new Uint32Array(Math.max(0, largest(values)) + 1);
  for (const value of values) counts[Math.max(0, value)] += 1;
  return percents.map((percent) => {
    let below = 0;
    for (let value = 0; value < counts.length; value++) {
      below += counts[value];
      if (below * 100 > values.length * percent) return value;
    }
    return 0;
  });
}

function largest(values) {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function smallest(values) {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** The paper under dark ink: the morphological closing by a square, with the border's paper around. */
function paperUnder(brightness, radius, contrast) {
  const { height, width, values } = brightness;
  const margin = 2 * radius;
  const border = borderPaper(brightness, contrast);
  const padded = grid(height + 2 * margin, width + 2 * margin);
  for (let row = -margin; row < height + margin; row++) {
    const inside = Math.min(Math.max(row, 0), height - 1);
    const start = (row + margin) * padded.width;
    padded.values.fill(border(inside, 0), start, start + margin);
    for (let column = 0; column < width; column++) {
      padded.values[start + margin + column] =
        row === inside ? values[row * width + column] : border(inside, column);
    }
    padded.values.fill(border(inside, width - 1), start + margin + width, start + padded.width);
  }
  const dilated = columnExtrema(transposed(columnExtrema(padded, radius, true)), radius, true);
  const closed = columnExtrema(transposed(columnExtrema(dilated, radius, false)), radius, false);
  const result = new Int32Array(height * width);
  for (let row = 0; row < height; row++) {
    const start = (row + margin) * closed.width + margin;
    result.set(closed.values.subarray(start, start + width), row * width);
  }
  return result;
}

/** The extremum of each pixel and the `radius` pixels above and below it (van Herk 1992). */
function columnExtrema({ height, width, values }, radius, isMaximum) {
  const side = 2 * radius + 1;
  const extremum = isMaximum ? (a, b) => (a > b ? a : b) : (a, b) => (a < b ? a : b);
  const fromStart = values.slice();
  for (let row = 1; row < height; row++) {
    if (row % side === 0) continue;
    for (let index = row * width; index < (row + 1) * width; index++) {
      fromStart[index] = extremum(fromStart[index], fromStart[index - width]);
    }
  }
  const toEnd = values.slice();
  for (let row = height - 2; row >= 0; row--) {
    if ((row + 1) % side === 0) continue;
    for (let index = row * width; index < (row + 1) * width; index++) {
      toEnd[index] = extremum(toEnd[index], toEnd[index + width]);
    }
  }
  const result = grid(height, width);
  for (let row = 0; row < height; row++) {
    const first = Math.max(0, row - radius) * width;
    const last = Math.min(height - 1, row + radius) * width;
    for (let column = 0; column < width; column++) {
      result.values[row * width + column] = extremum(toEnd[first + column], fromStart[last + column]);
    }
  }
  return result;
}

/** A function that gives the brightness of the paper at a pixel of the border. */
function borderPaper({ height, width, values }, contrast) {
  const ring = ringOf(height, width).map((index) => values[index]);
  const step = Math.floor((ring.length + 255) / 256);
  const samples = ring.filter((_, index) => index % step === 0);
  const reach = Math.floor(samples.length / 16);
  const whole = median(ring);
  const range = largest(values) - smallest(values);
  const medians = samples.map((_, middle) => {
    const window = [];
    for (let offset = -reach; offset <= reach; offset++) {
      window.push(samples[(middle + offset + samples.length) % samples.length]);
    }
    const paper = window.sort((a, b) => a - b)[reach];
    return whole - paper >= contrast && 5 * (whole - paper) > 3 * range ? whole : paper;
  });
  return (row, column) => medians[Math.floor(placeInRing(row, column, height, width) / step)];
}

function median(values) {
  return Array.from(values).sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The indices of the border's pixels, clockwise from the top left. */
function ringOf(height, width) {
  if (height <= 1 || width <= 1) return Array.from({ length: height * width }, (_, index) => index);
  const ring = [];
  for (let column = 0; column < width; column++) ring.push(column);
  for (let row = 1; row < height; row++) ring.push(row * width + width - 1);
  for (let column = width - 2; column >= 0; column--) ring.push((height - 1) * width + column);
  for (let row = height - 2; row >= 1; row--) ring.push(row * width);
  return ring;
}

function placeInRing(row, column, height, width) {
  if (height === 1 || width === 1) return row + column;
  if (row === 0) return column;
  if (column === width - 1) return width - 1 + row;
  if (row === height - 1) return 2 * (width - 1) + height - 1 - column;
  return 2 * (width - 1) + 2 * (height - 1) - row;
}

// MARK: - Whether ink is darker than its paper

function isDarkOnLight(source) {
  const cells = resized(source, Math.min(64, source.height), Math.min(64, source.width));
  const { height, width, pixels } = cells;
  const border = [...pixels.subarray(0, width), ...pixels.subarray(pixels.length - width)];
  for (let row = 0; row < height; row++) {
    border.push(pixels[row * width], pixels[(row + 1) * width - 1]);
  }
  const paper = median(border);
  const darker = paper - smallest(pixels);
  const lighter = largest(pixels) - paper;
  const more = Math.max(darker, lighter);
  if (more >= 3 * Math.min(darker, lighter) && more >= strongContrast) return darker > lighter;
  const skews = [8, 12, 16].reduce((sum, radius) => sum + skew(cells, radius), 0n);
  return skews === 0n ? paper >= 128 : skews < 0n;
}

/** Σd³ / Σ|d|³ in thousandths, for the difference d of each pixel from the square around it. */
function skew({ height, width, pixels }, radius) {
  const sums = new Float64Array((height + 1) * (width + 1));
  for (let row = 0; row < height; row++) {
    let line = 0;
    for (let column = 0; column < width; column++) {
      line += pixels[row * width + column];
      sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + line;
    }
  }
  let cubes = 0;
  let sizes = 0;
  for (let row = 0; row < height; row++) {
    const top = Math.max(0, row - radius) * (width + 1);
    const bottom = Math.min(height, row + radius + 1) * (width + 1);
    for (let column = 0; column < width; column++) {
      const left = Math.max(0, column - radius);
      const right = Math.min(width, column + radius + 1);
      const sum = sums[bottom + right] - sums[top + right] - sums[bottom + left] + sums[top + left];
      const area = ((bottom - top) / (width + 1)) * (right - left);
      const difference = 16 * pixels[row * width + column] - Math.floor((16 * sum) / area);
      cubes += difference ** 3;
      sizes += Math.abs(difference ** 3);
    }
  }
  // A thousand times the sum of cubes may be beyond the integers of a double.
  return sizes === 0 ? 0n : (1000n * BigInt(cubes)) / BigInt(sizes);
}
