// Strokes become a picture by arithmetic of our own, so that the same points give the same pixels in
// every browser: the ink of a pixel is the share that its centre lies inside of the pen's border.

/** The longer side of the picture that is drawn on, in pixels. */
const drawingSide = 256;

/** The size of the drawing for images of a size. */
function drawingSize({ height, width }) {
  const longer = Math.max(height, width);
  return {
    height: Math.max(1, Math.round((drawingSide * height) / longer)),
    width: Math.max(1, Math.round((drawingSide * width) / longer)),
  };
}

/** The picture of strokes, each `{ width, points: [[x, y], …] }` in pixels: shares of ink, 0 … 1. */
function inkOfStrokes(strokes, size) {
  const ink = new Float64Array(size.height * size.width);
  for (const { width, points } of strokes) {
    points.forEach((point, index) => {
      addSegment(ink, size, points[Math.max(0, index - 1)], point, width / 2);
    });
  }
  return ink;
}

function addSegment(ink, { height, width }, [fromX, fromY], [toX, toY], radius) {
  const reach = radius + 1;
  const top = Math.max(0, Math.floor(Math.min(fromY, toY) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(fromY, toY) + reach));
  const left = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(fromX, toX) + reach));
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const square = alongX * alongX + alongY * alongY;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY];
      const part = square > 0 ? Math.min(1, Math.max(0, (x * alongX + y * alongY) / square)) : 0;
      const [awayX, awayY] = [x - part * alongX, y - part * alongY];
      const distance = Math.sqrt(awayX * awayX + awayY * awayY);
      const share = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const index = row * width + column;
      if (share > ink[index]) ink[index] = share;
    }
  }
}

/**
 * The drawing as a picture of the kind that the model was trained on: dark ink on white paper, as a
 * scan; for a model that takes pictures as they are, ink and paper at the levels of its data.
 */
function pictureOfStrokes(strokes, preparation) {
  const size = drawingSize(preparation.size);
  const takesAny = preparation.fitting === "digit";
  const level = (value) => (preparation.isDarkOnLight ? 255 - value : value);
  const paper = takesAny ? 255 : level(preparation.background);
  const pen = takesAny ? 0 : level(preparation.ink);
  const ink = inkOfStrokes(strokes, size);
  return picture(size.height, size.width, Uint8Array.from(
    ink, (share) => Math.round(paper + (pen - paper) * share)));
}
