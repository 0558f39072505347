// What the units of the first layer look for: their weights as pictures, drawn from the numbers that
// the page holds.

/** The most units that are drawn before a button asks for the rest. */
const firstUnits = 160;

/** The units of the first layer with their weights, norms and numbers. */
function unitsOf(network, silentUnits) {
  const { inputs, outputs, weights } = network.layers[0];
  const silent = new Set(silentUnits ?? []);
  return Array.from({ length: outputs }, (_, number) => {
    const own = weights.subarray(number * inputs, (number + 1) * inputs);
    const norm = Math.sqrt(own.reduce((sum, weight) => sum + weight * weight, 0));
    return { number, weights: own, norm, isSilent: silent.has(number) };
  });
}

function showFeatures(report, network, units) {
  const container = byID("features");
  if (!network) {
    container.append(element("p", {}, "The weights are not in this page."));
    return;
  }
  const { image, classNames } = report;
  const isLinear = network.layers.length === 1;
  const { limit } = network;
  const silent = units.filter(({ isSilent }) => isSilent).length;
  byID("features-intro").textContent = isLinear
    ? "Without a hidden layer, the network holds one template per output: the picture of its weights. Red pixels speak for the class, blue ones against it."
    : `Each picture shows the weights that lead into one of the ${grouped(units.length)} units of the first layer. Ink on red pixels excites the unit, ink on blue ones inhibits it. The largest come first.`
      + (silent > 0 ? ` ${silent === 1 ? "One unit is" : `${grouped(silent)} units are`} dead, marked †: 0 for every training image that was looked at.` : "");
  const ordered = isLinear ? units : units.slice().sort((a, b) => b.norm - a.norm || a.number - b.number);
  const title = (unit) => (isLinear && units.length > 1 ? classNames[unit.number] : String(unit.number));
  const grid = element("ul", { class: "units" });
  const panel = element("div", { class: "unit-panel", role: "status", "aria-live": "polite" });
  const shown = new Map(); // canvases with their units
  let levelsOf = null; // at the epoch that the slider shows; null for the network of the page
  const controls = report.history ? historyControls(report, show) : [];
  const add = (some) => grid.append(...some.map((unit) => element("li", { class: unit.isSilent ? "dead" : null },
    element("button", {
      type: "button", "aria-pressed": "false",
      "aria-label": `${isLinear ? "Output" : "Unit"} ${title(unit)}${unit.isSilent ? ", dead" : ""}`,
      onclick: (event) => choose(event.currentTarget, unit),
    }, pictureOf(unit, null),
      element("span", {}, title(unit), unit.isSilent ? " †" : "")))));
  add(ordered.slice(0, firstUnits));
  container.append(
    signedLegend(limit, report.history ? "weight, one scale for all epochs" : "weight"),
    ...controls.filter(Boolean), panel, grid);
  if (ordered.length > firstUnits) {
    const rest = ordered.slice(firstUnits);
    container.append(element("button", {
      type: "button", class: "more",
      onclick: (event) => {
        event.currentTarget.remove();
        add(rest);
      },
    }, `Show the other ${grouped(rest.length)} units`));
  }

  function pictureOf(unit, label) {
    const canvas = signedCanvas(unit.weights, image, limit, label);
    shown.set(canvas, unit);
    if (levelsOf) paint(canvas, unit);
    return canvas;
  }

  function paint(canvas, unit) {
    const levels = levelsOf ? levelsOf(unit.number) : signedLevels(unit.weights, limit);
    canvas.style.visibility = levels ? "" : "hidden";
    if (levels) repaint(canvas, levels);
  }

  function show(levels) {
    levelsOf = levels;
    grid.classList.toggle("past", levels !== null);
    shown.forEach((unit, canvas) => paint(canvas, unit));
  }

  function choose(button, unit) {
    const isOpen = button.getAttribute("aria-pressed") === "true";
    grid.querySelectorAll("[aria-pressed=true]").forEach((other) => other.setAttribute("aria-pressed", "false"));
    panel.querySelectorAll("canvas").forEach((canvas) => shown.delete(canvas));
    panel.replaceChildren();
    if (isOpen) return;
    button.setAttribute("aria-pressed", "true");
    const heading = `${isLinear ? "Output" : "Unit"} ${title(unit)}`;
    panel.append(
      pictureOf(unit, `Weights of ${heading}`),
      element("div", {},
        element("h3", {}, heading),
        element("p", {}, `Norm of the weights ${short(unit.norm)}, bias ${signed(network.layers[0].biases[unit.number], 3)}.`
          + (unit.isSilent ? " Dead: it takes no part in any answer." : "")),
        isLinear ? null : outgoing(unit)));
    panel.scrollIntoView({ block: "nearest" });
  }

  function outgoing(unit) {
    const next = network.layers[1];
    const isLast = network.layers.length === 2;
    const weights = Array.from({ length: next.outputs }, (_, output) => ({
      name: isLast && next.outputs > 1 ? classNames[output] : `unit ${output}`,
      weight: next.weights[output * next.inputs + unit.number],
    }));
    const shown = weights.length > 12
      ? weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 12) : weights;
    return [
      element("p", {}, isLast ? "What it says of each class when it is active, its outgoing weights:"
        : "Its strongest outgoing weights, to the second layer:"),
      signedBars(shown.map(({ name, weight }) => ({ name, value: weight }))),
    ];
  }
}

/** Signed numbers as bars to the left and the right of zero. */
function signedBars(rows) {
  const most = Math.max(1e-9, ...rows.map(({ value }) => Math.abs(value)));
  return element("ul", { class: "signed-bars" }, rows.map(({ name, value }) => element("li", {},
    element("span", { class: "name" }, name),
    element("span", { class: "track", "aria-hidden": "true" },
      element("span", {
        class: value < 0 ? "fill negative" : "fill positive",
        style: `width: ${((50 * Math.abs(value)) / most).toFixed(1)}%`,
      })),
    element("span", { class: "share" }, signed(value, 2)))));
}
