// The theme: the system's choice or the button's. Canvases are drawn again when it changes, and light
// for paper.

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

/** Lets the button change the theme. */
function showThemeButton() {
  const button = byID("theme");
  const name = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    redraw();
    name();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
}
