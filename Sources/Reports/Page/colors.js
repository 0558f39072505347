// Pictures on canvases: digits in the color of ink, weights in blue and red around the color of the
// page.

// From zero to the limit, at equal steps of lightness: the colors of `SignedPalette` on a light page,
// and their like on a dark one.
const ramps = {
  light: {
    positive: [
      [255, 255, 255], [255, 223, 213], [252, 191, 174], [244, 159, 138], [232, 128, 107],
      [216, 97, 79], [197, 68, 56], [173, 40, 37], [148, 0, 21],
    ],
    negative: [
      [255, 255, 255], [208, 235, 254], [164, 214, 252], [122, 192, 247], [83, 168, 240],
      [47, 144, 228], [12, 119, 211], [0, 95, 186], [0, 72, 159],
    ],
  },
  dark: {
    positive: [[24, 26, 30], [92, 34, 30], [170, 62, 48], [232, 114, 88], [255, 196, 176]],
    negative: [[24, 26, 30], [16, 50, 92], [24, 92, 168], [72, 150, 232], [184, 220, 255]],
  },
};

/** The color of a level of −127 … 127: zero is the color of the page's paper. */
function signedColor(level) {
  const ramp = ramps[isDark() ? "dark" : "light"][level < 0 ? "negative" : "positive"];
  const place = (Math.abs(level) / 127) * (ramp.length - 1);
  const stop = Math.min(ramp.length - 2, Math.floor(place));
  return ramp[stop].map((near, index) => near + (ramp[stop + 1][index] - near) * (place - stop));
}

/** The color of ink of 0 … 255 on the page's own paper. */
function inkColor(level) {
  const shade = isDark() ? 24 + (level * 220) / 255 : 255 - (level * 235) / 255;
  return [shade, shade, shade];
}

/** What is not a number has a color that no level has. */
const noLevel = 255;
const palettes = {
  ink: (index) => inkColor(index),
  signed: (index) => (index === noLevel ? [128, 128, 128] : signedColor(index - 127)),
};
const tables = new Map();

/** The 256 colors of a palette in the theme, as pixels of a canvas. */
function colorTable(name) {
  const key = `${name} ${isDark()}`;
  if (!tables.has(key)) {
    const bytes = new Uint8ClampedArray(4 * 256);
    for (let index = 0; index < 256; index++) bytes.set([...palettes[name](index), 255], 4 * index);
    tables.set(key, new Uint32Array(bytes.buffer));
  }
  return tables.get(key);
}

/**
 * A canvas of one pixel per index into a palette. A label makes it an image to screen readers; null
 * hides it.
 */
function raster(height, width, indices, palette, label) {
  const canvas = element("canvas", {
    width, height, class: "raster",
    role: label ? "img" : null, "aria-label": label, "aria-hidden": label ? null : "true",
  });
  canvas.indices = indices;
  return themed(canvas, () => {
    const table = colorTable(palette);
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let index = 0; index < pixels.length; index++) pixels[index] = table[canvas.indices[index]];
    context.putImageData(image, 0, 0);
  });
}

/** Puts other indices into a raster. */
function repaint(canvas, indices) {
  canvas.indices = indices;
  canvas.draw();
}

function digitCanvas({ height, width, pixels }, label) {
  return raster(height, width, pixels, "ink", label);
}

/** Signed values, from −limit to limit, as indices into the signed palette. */
function signedLevels(values, limit) {
  return Uint8Array.from(values, (value) => {
    if (!Number.isFinite(value)) return noLevel;
    const share = limit > 0 ? Math.min(1, Math.max(-1, value / limit)) : 0;
    return 127 + Math.round(127 * share);
  });
}

/** A picture of signed values, from −limit to limit. */
function signedCanvas(values, { height, width }, limit, label) {
  return raster(height, width, signedLevels(values, limit), "signed", label);
}

/** The magnitude that 99.9 % of the values do not exceed. */
function robustLimit(values) {
  const sizes = Float32Array.from(values, Math.abs).filter((size) => Number.isFinite(size) && size > 0)
    .sort();
  return sizes.length === 0 ? 0 : sizes[sizes.length - 1 - Math.floor(sizes.length / 1000)];
}

/** A bar from −limit to +limit with its ends named. */
function signedLegend(limit, title) {
  return element("figure", { class: "legend" },
    raster(1, 255, Uint8Array.from({ length: 255 }, (_, index) => index), "signed", null),
    element("figcaption", {},
      element("span", {}, signed(-limit, 2)), element("span", {}, title),
      element("span", {}, signed(limit, 2))));
}
