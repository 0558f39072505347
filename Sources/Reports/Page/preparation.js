// A picture as the network sees it, by the model's preparation: the steps of `Preparation.swift`,
// `CentredDigit.swift`, `DigitNormalization.swift` and `DigitPlacement.swift`, in the same integers.
// A test compares the pixels with those of `lockstep predict --show`.

/** Why a picture shows no digit, in words. */
class NoDigit extends Error {}

/** Brings a picture of at most 1024 rows and columns to the network's form. */
function prepared(source, preparation) {
  const { height, width } = preparation.size;
  const hasSize = source.height === height && source.width === width;
  if (preparation.fitting === "resized") {
    return levelled(hasSize ? source : resized(source, height, width), preparation);
  }
  if (hasSize) {
    const asIs = levelled(source, preparation);
    if (isCentredDigit(asIs)) return asIs;
  }
  return normalizedAsDigit(source, preparation.size);
}

/** Levels as the network sees them: 0 for the background, 255 for the strongest ink. */
function levelled(source, { isDarkOnLight, background, ink }) {
  const range = ink - background;
  return picture(source.height, source.width, source.pixels.map((pixel) => {
    const level = isDarkOnLight ? 255 - pixel : pixel;
    const twice = (level - background) * 255 * 2 + range;
    return Math.min(255, Math.max(0, Math.trunc(twice / (2 * range))));
  }));
}

/** The largest box of a digit: 20/28 of the sides. */
function digitBox({ height, width }) {
  const twentyOf28 = (side) => Math.max(1, Math.floor((20 * side + 14) / 28));
  return { height: twentyOf28(height), width: twentyOf28(width) };
}

/** Whether a picture shows a digit as MNIST does: in a box of 20/28, its centre of mass in the middle. */
function isCentredDigit(source) {
  const box = boundingBox(source);
  if (box === null) return false;
  const most = digitBox(source);
  if (box.bottom - box.top + 1 > most.height || box.right - box.left + 1 > most.width) return false;
  const { mass, rowMoment, columnMoment } = centreOfMass(source);
  const isInMiddle = (moment, side) =>
    Math.abs(2 * moment - Math.floor(side / 2) * 2 * mass) * 28 <= 3 * side * mass;
  return isInMiddle(rowMoment, source.height) && isInMiddle(columnMoment, source.width);
}

/** The digit in a picture as MNIST would show it. */
function normalizedAsDigit(source, frame) {
  const isDark = isDarkOnLight(source);
  const dark = isDark
    ? source
    : picture(source.height, source.width, source.pixels.map((pixel) => 255 - pixel));
  const residual = inkResidual(dark);
  residual.smoothed = withoutRulings(residual);
  const strongest = largest(residual.smoothed.values);
  const isSmall = Math.max(source.height, source.width) <= 64;
  const contrast = Math.trunc(strongest / residual.unit);
  if (contrast < (isSmall ? 32 : 16) || strongest < (isSmall ? 20 : 10) * residual.noise) {
    throw new NoDigit("there is nothing on the paper");
  }
  const kept = digitParts(residual);
  const share = 2 * residual.noise < residual.unit ? 16 : 6;
  const ink = picture(source.height, source.width, residual.ink.map((value, index) =>
    kept.contains(index) && residual.smoothed.values[index] * share > kept.strongest ? value : 0));
  const digit = thickened(stretched(cropped(ink, boundingBox(ink))));
  const size = fitted(digit, digitBox(frame));
  const scaled = resized(digit, size.height, size.width);
  if (scaled.pixels.every((pixel) => pixel === 0)) throw new NoDigit("there are only specks");
  return placedByCentreOfMass(stretched(scaled), frame);
}

/** The largest size of the same proportions, rounded, that fits into a box. */
function fitted({ height, width }, box) {
  if (height * box.width >= width * box.height) {
    const side = Math.floor((2 * width * box.height + height) / (2 * height));
    return { height: box.height, width: Math.max(1, side) };
  }
  const side = Math.floor((2 * height * box.width + width) / (2 * width));
  return { height: Math.max(1, side), width: box.width };
}

/** The box around the pixels that are not 0; null where there are none. */
function boundingBox({ height, width, pixels }) {
  const box = { top: height, bottom: -1, left: width, right: -1 };
  for (let index = 0; index < pixels.length; index++) {
    if (pixels[index] === 0) continue;
    const row = Math.floor(index / width);
    box.top = Math.min(box.top, row);
    box.bottom = row;
    box.left = Math.min(box.left, index % width);
    box.right = Math.max(box.right, index % width);
  }
  return box.bottom < 0 ? null : box;
}

function cropped(source, box) {
  const { top, bottom, left, right } = box ?? { top: 0, bottom: 0, left: 0, right: 0 };
  const result = picture(bottom - top + 1, right - left + 1);
  for (let row = top; row <= bottom; row++) {
    const start = row * source.width;
    result.pixels.set(
      source.pixels.subarray(start + left, start + right + 1), (row - top) * result.width);
  }
  return result;
}

/** The picture with its strongest pixel at 255. */
function stretched(source) {
  const strongest = Math.max(1, largest(source.pixels));
  return picture(source.height, source.width, source.pixels.map(
    (pixel) => Math.floor((2 * 255 * pixel + strongest) / (2 * strongest))));
}

/** The picture with strokes of a thin pen made as wide as thin ones of MNIST. */
function thickened(source) {
  const { height, width, pixels } = source;
  const longer = Math.max(height, width);
  if (longer <= 20) return source;
  const isInk = (row, column) =>
    row >= 0 && row < height && column >= 0 && column < width && pixels[row * width + column] > 100;
  let area = 0;
  let perimeter = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (!isInk(row, column)) continue;
      area += 1;
      perimeter += !isInk(row - 1, column) + !isInk(row + 1, column)
        + !isInk(row, column - 1) + !isInk(row, column + 1);
    }
  }
  if (2 * area * 25 >= longer * perimeter) return source;
  const radius = Math.floor((2 * longer * perimeter - 50 * area + 25 * perimeter) / (50 * perimeter));
  return dilated(source, radius);
}

/** The picture with a margin of `radius` pixels, each pixel the strongest within that distance. */
function dilated(source, radius) {
  const result = picture(source.height + 2 * radius, source.width + 2 * radius);
  for (let index = 0; index < source.pixels.length; index++) {
    const pixel = source.pixels[index];
    if (pixel === 0) continue;
    const row = Math.floor(index / source.width) + radius;
    const column = (index % source.width) + radius;
    for (let down = -radius; down <= radius; down++) {
      for (let right = -radius; right <= radius; right++) {
        if (2 * (down * down + right * right) > (2 * radius + 1) * radius) continue;
        const place = (row + down) * result.width + column + right;
        result.pixels[place] = Math.max(result.pixels[place], pixel);
      }
    }
  }
  return result;
}

/** The sum of all pixels, and the sums weighted by row and by column. */
function centreOfMass({ width, pixels }) {
  let [mass, rowMoment, columnMoment] = [0, 0, 0];
  for (let index = 0; index < pixels.length; index++) {
    mass += pixels[index];
    rowMoment += pixels[index] * Math.floor(index / width);
    columnMoment += pixels[index] * (index % width);
  }
  return { mass, rowMoment, columnMoment };
}

function placedByCentreOfMass(source, frame) {
  const { mass, rowMoment, columnMoment } = centreOfMass(source);
  const offset = (side, moment, frameSide) => {
    const numerator = 2 * Math.floor(frameSide / 2) * mass - 2 * moment + mass;
    const nearest = numerator >= 0 ? Math.floor(numerator / (2 * mass)) : 0;
    return Math.min(nearest, frameSide - side);
  };
  const top = offset(source.height, rowMoment, frame.height);
  const left = offset(source.width, columnMoment, frame.width);
  const result = picture(frame.height, frame.width);
  for (let row = 0; row < source.height; row++) {
    result.pixels.set(
      source.pixels.subarray(row * source.width, (row + 1) * source.width),
      (top + row) * frame.width + left);
  }
  return result;
}
