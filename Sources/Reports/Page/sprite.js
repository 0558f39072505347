// The test images of the page, which lie in one PNG picture, row by row.

/** The pixels of all images: an array of pictures. */
async function imagesOfSprite({ sprite, columns, numbers }, { height, width }) {
  const blob = new Blob([bytesOfBase64(sprite)], { type: "image/png" });
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const canvas = element("canvas", { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return numbers.map((_, index) => {
    const result = picture(height, width);
    const left = (index % columns) * width;
    const top = Math.floor(index / columns) * height;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        result.pixels[row * width + column] = data[4 * ((top + row) * bitmap.width + left + column)];
      }
    }
    return result;
  });
}
