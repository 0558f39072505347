// Curves over epochs. One reader – pointer, finger or the arrow keys of the slider below – moves
// through all of them.

/** The width of a chart in units of its text: fewer on a narrow screen, so that it stays legible. */
const chartWidth = innerWidth < 700 ? 340 : 560;
const margin = { left: 52, right: 12, top: 14, bottom: 30 };

/** Round steps between two values: about `count` of them. */
function ticks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const values = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) {
    values.push(Number((index * step).toPrecision(12)));
  }
  return values;
}

/** Ticks at powers of ten and, over few decades, at 2 and 5 of each. */
function logarithmicTicks(low, high) {
  const decades = Math.log10(high / low);
  const factors = decades > 3 ? [1] : [1, 2, 5];
  const values = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(6));
      if (value >= low * 0.999 && value <= high * 1.001) values.push(value);
    }
  }
  return values;
}

/** The lines of a chart from the epochs: only those that have numbers. */
function seriesOf(epochs, fields) {
  return fields
    .map((field) => ({
      ...field,
      points: epochs.map((epoch) => [epoch.epoch, epoch[field.key]])
        .filter(([, value]) => Number.isFinite(value)),
    }))
    .filter(({ points }) => points.length > 0);
}

/** A chart of series `{ name, className, points: [[epoch, value]] }`. */
function chart({ title, series, epochs, height, isLogarithmic, format }) {
  const all = series.flatMap(({ points }) => points.map(([, value]) => value));
  const logarithmic = isLogarithmic && Math.min(...all) > 0 && Math.max(...all) > 4 * Math.min(...all);
  let [low, high] = [Math.min(...all), Math.max(...all)];
  if (!logarithmic) {
    if (low > 0 && low < high / 2) low = 0;
    if (high === low) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  }
  const scale = logarithmic ? Math.log : (value) => value;
  const [first, last] = [epochs[0].epoch, epochs[epochs.length - 1].epoch];
  const inner = { width: chartWidth - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (epoch) => margin.left + (last > first ? (epoch - first) / (last - first) : 0.5) * inner.width;
  const span = scale(high) - scale(low) || 1;
  const y = (value) => margin.top + (1 - (scale(value) - scale(low)) / span) * inner.height;

  const rows = (logarithmic ? logarithmicTicks(low, high) : ticks(low, high, 5)).map((value) => [
    drawn("line", { x1: margin.left, x2: chartWidth - margin.right, y1: y(value), y2: y(value), class: "grid" }),
    drawn("text", { x: margin.left - 8, y: y(value) + 4, "text-anchor": "end" }, format(value)),
  ]);
  const columns = ticks(first, last, chartWidth / 90).filter(Number.isInteger).map((epoch) =>
    drawn("text", { x: x(epoch), y: height - 8, "text-anchor": "middle" }, String(epoch)));
  const lines = series.map(({ points, className }) => {
    const path = points.map(([epoch, value], index) =>
      `${index ? "L" : "M"}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    return points.length > 1
      ? drawn("path", { d: path, class: `line ${className}` })
      : drawn("circle", { cx: x(points[0][0]), cy: y(points[0][1]), r: 3, class: `dot ${className}` });
  });
  const cursor = drawn("line", { y1: margin.top, y2: height - margin.bottom, class: "cursor" });
  const dots = series.map(({ className }) => drawn("circle", { r: 4, class: `dot ${className}` }));
  const node = drawn(
    "svg", {
      viewBox: `0 0 ${chartWidth} ${height}`, role: "img",
      "aria-label": `${title}: ${series.map(inWords).join("; ")}`,
    }, rows, columns, lines, cursor, dots);

  function inWords({ name, points }) {
    return `${name} from ${format(points[0][1])} to ${format(points[points.length - 1][1])}`;
  }

  return {
    node,
    /** The epoch at a position of the pointer. */
    epochAt(event) {
      const box = node.getBoundingClientRect();
      const place = ((event.clientX - box.left) / box.width) * chartWidth - margin.left;
      const share = Math.min(1, Math.max(0, place / inner.width));
      return Math.round(first + share * (last - first));
    },
    read(epoch) {
      furnish(cursor, { x1: x(epoch), x2: x(epoch) }, []);
      series.forEach(({ points }, index) => {
        const point = points.find(([at]) => at === epoch);
        dots[index].style.display = point ? "" : "none";
        if (point) furnish(dots[index], { cx: x(epoch), cy: y(point[1]) }, []);
      });
    },
  };
}

/** A number of an axis, without zeros that say nothing. */
function plain(value) {
  return String(Number(value.toPrecision(3)));
}

/** The section of the learning curves. */
function showCurves({ epochs, heldOut }) {
  const container = byID("curves");
  if (epochs.length === 0) {
    container.append(element("p", {}, "No epoch was completed, so there are no curves."));
    return;
  }
  const held = heldOut ?? "test";
  const specifications = [
    {
      title: "Loss", height: 250, isLogarithmic: true, format: plain,
      fields: [{ key: "trainLoss", name: "training", className: "training" },
        { key: "heldOutLoss", name: held, className: "held-out" }],
    },
    {
      title: "Accuracy", height: 250, format: (value) => `${Number((100 * value).toFixed(2))} %`,
      fields: [{ key: "trainAccuracy", name: "training", className: "training" },
        { key: "heldOutAccuracy", name: held, className: "held-out" }],
    },
    {
      title: "Learning rate", height: 150, format: plain,
      fields: [{ key: "learningRate", name: "learning rate", className: "rate" }],
    },
  ];
  const charts = [];
  for (const specification of specifications) {
    const series = seriesOf(epochs, specification.fields);
    if (series.length === 0) continue;
    const made = chart({ ...specification, series, epochs });
    const values = series.map(() => element("b", {}));
    const key = element("figcaption", {},
      element("span", { class: "chart-title" }, specification.title),
      series.length > 1 || specification.title !== "Learning rate"
        ? series.map(({ name, className }, index) => element("span", { class: `key ${className}` }, name, " ", values[index]))
        : element("span", { class: "key" }, values[0]));
    const figure = element("figure", { class: "chart" }, key, made.node);
    for (const kind of ["pointermove", "pointerdown"]) {
      made.node.addEventListener(kind, (event) => read(made.epochAt(event)));
    }
    charts.push({ ...made, series, values, format: specification.title === "Accuracy" ? (value) => percent(value, 2) : short });
    container.append(figure);
  }
  const slider = element("input", {
    type: "range", id: "epoch", min: epochs[0].epoch, max: epochs[epochs.length - 1].epoch, step: 1,
    oninput: (event) => read(Number(event.target.value)),
  });
  const output = element("output", { for: "epoch" });
  container.append(element("div", { class: "reader" },
    element("label", { for: "epoch" }, "Epoch ", output), slider));

  function read(epoch) {
    const nearest = epochs.reduce((best, candidate) =>
      Math.abs(candidate.epoch - epoch) < Math.abs(best.epoch - epoch) ? candidate : best);
    const words = [`epoch ${nearest.epoch}`];
    for (const { series, values, format, read: move } of charts) {
      move(nearest.epoch);
      series.forEach(({ name, points }, index) => {
        const point = points.find(([at]) => at === nearest.epoch);
        values[index].textContent = point ? format(point[1]) : "–";
        words.push(`${name} ${values[index].textContent}`);
      });
    }
    slider.value = nearest.epoch;
    slider.setAttribute("aria-valuetext", words.join(", "));
    output.textContent = `${nearest.epoch} of ${epochs[epochs.length - 1].epoch}`;
  }
  read(epochs[epochs.length - 1].epoch);
}
