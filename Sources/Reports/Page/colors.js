// Pictures on canvases: digits in the color of ink, weights in blue and red around the color of the
// page. They are drawn again when the theme changes, and light for paper.

const redrawings = new Set();
let isPrinting = false;

function isDark() {
  if (isPrinting) return false;
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Draws now, and again with each change of the theme, as long as the canvas is in the page. */
function themed(canvas, draw) {
  draw();
  redrawings.add({ canvas: new WeakRef(canvas), draw: new WeakRef(draw) });
  canvas.draw = draw;
  return canvas;
}

function redraw() {
  for (const entry of redrawings) {
    const draw = entry.draw.deref();
    if (draw) draw();
    else redrawings.delete(entry);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
addEventListener("beforeprint", () => {
  isPrinting = true;
  redraw();
});
addEventListener("afterprint", () => {
  isPrinting = false;
  redraw();
});

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

/** The color of a signed value; `limit` is the magnitude at the ends. */
function signedColor(value, limit) {
  if (!Number.isFinite(value)) return [128, 128, 128];
  const ramp = ramps[isDark() ? "dark" : "light"][value < 0 ? "negative" : "positive"];
  const place = (limit > 0 ? Math.min(1, Math.abs(value) / limit) : 0) * (ramp.length - 1);
  const stop = Math.min(ramp.length - 2, Math.floor(place));
  const share = place - stop;
  return ramp[stop].map((near, index) => near + (ramp[stop + 1][index] - near) * share);
}

/** The color of ink of 0 … 255 on the page's own paper. */
function inkColor(level) {
  const shade = isDark() ? 24 + (level * 220) / 255 : 255 - (level * 235) / 255;
  return [shade, shade, shade];
}

/** A canvas of one pixel per value. A label makes it an image to screen readers; null hides it. */
function raster(height, width, color, label) {
  const canvas = element("canvas", {
    width, height, class: "raster",
    role: label ? "img" : null, "aria-label": label, "aria-hidden": label ? null : "true",
  });
  const context = canvas.getContext("2d");
  return themed(canvas, () => {
    const image = context.createImageData(width, height);
    for (let index = 0; index < height * width; index++) {
      image.data.set([...color(index), 255], 4 * index);
    }
    context.putImageData(image, 0, 0);
  });
}

function digitCanvas({ height, width, pixels }, label) {
  return raster(height, width, (index) => inkColor(pixels[index]), label);
}

function signedCanvas(values, { height, width }, limit, label) {
  return raster(height, width, (index) => signedColor(values[index], limit), label);
}

/** The magnitude that 99.9 % of the values do not exceed. */
function robustLimit(values) {
  const sizes = Float32Array.from(values, Math.abs).filter((size) => Number.isFinite(size) && size > 0)
    .sort();
  return sizes.length === 0 ? 0 : sizes[sizes.length - 1 - Math.floor(sizes.length / 1000)];
}

/** A bar from −limit to +limit with its ends named. */
function signedLegend(limit, title) {
  const steps = 129;
  return element("figure", { class: "legend" },
    raster(1, steps, (index) => signedColor((index - 64) / 64, 1), null),
    element("figcaption", {},
      element("span", {}, signed(-limit, 2)), element("span", {}, title),
      element("span", {}, signed(limit, 2))));
}
