// Gray pictures of the page, which lie in PNG pictures in Base64.

/** The pixels of a gray PNG picture, which keep their values. */
async function pixelsOfPNG(base64) {
  const blob = new Blob([bytesOfBase64(base64)], { type: "image/png" });
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const context = element("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height);
  for (let index = 0; index < pixels.length; index++) pixels[index] = data[4 * index];
  return { width, height, pixels };
}

/** The test images, which lie in one picture, row by row: an array of pictures. */
async function imagesOfSprite({ sprite, columns, numbers }, { height, width }) {
  const all = await pixelsOfPNG(sprite);
  return numbers.map((_, index) => {
    const result = picture(height, width);
    const left = (index % columns) * width;
    const top = Math.floor(index / columns) * height;
    for (let row = 0; row < height; row++) {
      const start = (top + row) * all.width + left;
      result.pixels.set(all.pixels.subarray(start, start + width), row * width);
    }
    return result;
  });
}
