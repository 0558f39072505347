// Ruled lines, connected parts, and the choice of those that make the digit, as `Rulings.swift`,
// `ConnectedParts.swift` and `DigitParts.swift` of `Sources/Digits/Preparing` define them.

/** Takes thin lines from the left border to the right off, and those from the top to the bottom. */
function withoutRulings({ height, width, unit, noise, smoothed }) {
  const threshold = Math.max(8 * unit, 3 * noise);
  const along = clearedOfRulings(smoothed, threshold, noise);
  const across = transposed(clearedOfRulings(transposed(smoothed), threshold, noise));
  return grid(
    height, width, along.values.map((value, index) => Math.min(value, across.values[index])));
}

function clearedOfRulings(source, threshold, noise) {
  const { height, width, values } = source;
  const thickness = Math.floor(height / 40);
  if (thickness < 1) return source;
  const cleared = grid(height, width, values.slice());
  const columns = [];
  for (let column = 0; column < width; column += Math.max(1, Math.floor(width / 256))) {
    columns.push(column);
  }
  const steepest = Math.floor(width / 16);
  const stride = Math.max(1, Math.floor(thickness / 3));
  for (let slope = -steepest; slope <= steepest; slope += stride) {
    const drop = (column) => Math.floor((slope * (2 * column - width)) / (2 * width));
    const drops = columns.map(drop);
    for (let row = 0; row < height; row++) {
      const middleOfLine = lineMedian(source, row, columns, drops, threshold, thickness);
      if (middleOfLine === null) continue;
      const limit = Math.floor((middleOfLine * 8) / 5) + 3 * noise;
      for (let column = 0; column < width; column++) {
        const middle = row + drop(column);
        const first = Math.max(0, middle - Math.floor(thickness / 2) - 1);
        const last = Math.min(height - 1, middle + Math.floor(thickness / 2) + 1);
        for (let line = first; line <= last; line++) {
          const value = values[line * width + column];
          if (value <= limit) cleared.values[line * width + column] = Math.min(0, value);
        }
      }
    }
  }
  return cleared;
}

/** The median along a line that is above the threshold nearly everywhere; null for any other line. */
function lineMedian({ height, width, values }, row, columns, drops, threshold, thickness) {
  let inside = 0;
  let above = 0;
  for (let index = 0; index < columns.length; index++) {
    const line = row + drops[index];
    if (line < 0 || line >= height) continue;
    inside += 1;
    if (values[line * width + columns[index]] > threshold) above += 1;
    if ((inside - above) * 100 > 15 * columns.length) return null;
  }
  if (2 * inside <= columns.length || above * 100 < 85 * inside) return null;
  const lineAt = (start) => columns
    .map((column, index) => ({ column, line: start + drops[index] }))
    .filter(({ line }) => line >= 0 && line < height)
    .map(({ column, line }) => values[line * width + column]);
  for (const aside of [row - thickness - 1, row + thickness + 1]) {
    const count = lineAt(aside).filter((value) => value > threshold).length;
    if (2 * count >= columns.length) return null;
  }
  return median(lineAt(row));
}

/** All connected parts of what is above a threshold: pixels that touch by a side or a corner. */
function connectedParts({ height, width, values }, threshold) {
  const labels = new Int32Array(values.length);
  const parts = [];
  const open = [];
  for (let seed = 0; seed < values.length; seed++) {
    if (values[seed] <= threshold || labels[seed] !== 0) continue;
    const number = parts.length + 1;
    const part = { top: height, bottom: -1, left: width, right: -1, area: 0, mass: 0, peak: 0 };
    labels[seed] = number;
    open.push(seed);
    while (open.length > 0) {
      const pixel = open.pop();
      const row = Math.floor(pixel / width);
      const column = pixel % width;
      part.top = Math.min(part.top, row);
      part.bottom = Math.max(part.bottom, row);
      part.left = Math.min(part.left, column);
      part.right = Math.max(part.right, column);
      part.area += 1;
      part.mass += values[pixel];
      part.peak = Math.max(part.peak, values[pixel]);
      for (let line = Math.max(0, row - 1); line <= Math.min(height - 1, row + 1); line++) {
        for (let place = Math.max(0, column - 1); place <= Math.min(width - 1, column + 1); place++) {
          const neighbour = line * width + place;
          if (labels[neighbour] === 0 && values[neighbour] > threshold) {
            labels[neighbour] = number;
            open.push(neighbour);
          }
        }
      }
    }
    part.rows = part.bottom - part.top + 1;
    part.columns = part.right - part.left + 1;
    part.longer = Math.max(part.rows, part.columns);
    part.shorter = Math.min(part.rows, part.columns);
    parts.push(part);
  }
  return { labels, parts };
}

/** The number of pixels between two boxes along the axis on which they are farther apart. */
function gap(one, other) {
  return Math.max(
    one.top - other.bottom - 1, other.top - one.bottom - 1,
    one.left - other.right - 1, other.left - one.right - 1, 0);
}

function surrounds(outer, inner) {
  return outer.top < inner.top && outer.bottom > inner.bottom
    && outer.left < inner.left && outer.right > inner.right;
}

/** The parts that make the digit: whether each pixel belongs to it, and its largest value. */
function digitParts({ height, width, unit, noise, smoothed }) {
  const { labels, parts } = connectedParts(smoothed, Math.max(8 * unit, 5 * noise));
  const touchesBorder = (part) =>
    part.top === 0 || part.left === 0 || part.bottom === height - 1 || part.right === width - 1;
  const isFrame = (part) =>
    10 * part.rows >= 7 * height && 10 * part.columns >= 7 * width
    && 5 * part.area < part.rows * part.columns
    && parts.some((other) => surrounds(part, other) && 8 * other.longer >= part.longer);
  const isLine = (part) =>
    10 * part.longer >= 7 * (part.rows === part.longer ? height : width)
    && 25 * part.shorter <= part.longer
    && parts.some((other) =>
      8 * other.longer >= part.longer && 8 * other.mass >= part.mass
      && 8 * other.shorter >= other.longer);
  const score = (part) => (touchesBorder(part) ? Math.floor(part.mass / 16) : part.mass);
  const candidates = parts.filter((part) => !isFrame(part) && !isLine(part));
  const digit = candidates.reduce(
    (best, part) => (best === null || score(part) > score(best) ? part : best), null);
  const longer = Math.max(height, width);
  if (digit === null || digit.longer * (longer <= 64 ? 10 : 50) < longer) {
    throw new NoDigit("there are only specks");
  }
  const crosses = (digit.top === 0 && digit.bottom === height - 1)
    !== (digit.left === 0 && digit.right === width - 1);
  const isFaint = touchesBorder(digit) && digit.peak < strongContrast * unit;
  if ((crosses && longer > 64) || isFaint) {
    throw new NoDigit("the digit runs from one edge to the other");
  }
  const others = candidates.filter(
    (part) => part !== digit && (touchesBorder(digit) || !touchesBorder(part)));
  const digits = others.filter((part) =>
    !touchesBorder(part) && 3 * part.longer >= 2 * digit.longer && 6 * part.mass >= digit.mass
    && 6 * gap(part, digit) > digit.longer);
  if (digits.length > 0) throw new NoDigit(`there are ${digits.length + 1} shapes of a digit's size`);

  const kept = new Set([digit]);
  const near = [digit];
  while (near.length > 0) {
    const next = near.pop();
    for (const part of others) {
      if (kept.has(part) || 1200 * part.mass < digit.mass) continue;
      if (5 * gap(part, next) <= digit.longer) {
        kept.add(part);
        near.push(part);
      }
    }
  }
  const isKept = [false, ...parts.map((part) => kept.has(part))];
  return {
    contains: (pixel) => isKept[labels[pixel]],
    strongest: Math.max(0, ...Array.from(kept, (part) => part.peak)),
  };
}
