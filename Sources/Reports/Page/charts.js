// Curves over epochs. One reader – pointer, finger or the arrow keys of the slider below – moves
// through all of them.

/** The width of a chart in units of its text: fewer on a narrow screen, so that it stays legible. */
const chartWidth = innerWidth < 700 ? 340 : 560;
const margin = { left: 52, right: 12, top: 14, bottom: 30 };

/** The smallest and the largest of some numbers. */
function extent(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

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

/** A chart of series `{ name, className, points: [[epoch, value]] }` over ascending epochs. */
function chart({ title, series, epochs, height, isLogarithmic, format }) {
  const all = series.flatMap(({ points }) => points.map(([, value]) => value));
  let [low, high] = extent(all);
  const logarithmic = isLogarithmic && low > 0 && low < high;
  if (!logarithmic) {
    if (low > 0 && low < high / 2) low = 0;
    if (high === low) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  }
  const scale = logarithmic ? Math.log : (value) => value;
  const [first, last] = [epochs[0], epochs[epochs.length - 1]];
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
  const places = series.map(({ points }) => new Map(points));
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
    /** Marks an epoch and returns the values of the series there. */
    read(epoch) {
      furnish(cursor, { x1: x(epoch), x2: x(epoch) }, []);
      return places.map((values, index) => {
        const value = values.get(epoch);
        dots[index].style.display = value === undefined ? "none" : "";
        if (value !== undefined) furnish(dots[index], { cx: x(epoch), cy: y(value) }, []);
        return value;
      });
    },
  };
}

/** A number of an axis, without zeros that say nothing. */
function plain(value) {
  return String(Number(value.toPrecision(3)));
}

/**
 * Charts over the same ascending epochs in a container, below them a slider that reads all of them. A
 * chart is `{ title, height, isLogarithmic, format, formatRead, series }`: `format` is of the axis.
 */
function showCharts(container, specifications, epochs) {
  const last = epochs[epochs.length - 1];
  const charts = specifications.map((specification) => {
    const { title, series, formatRead } = specification;
    const made = chart({ ...specification, epochs });
    const values = series.map(() => element("b", {}));
    const isAlone = series.length === 1 && series[0].name === title.toLowerCase();
    const keys = series.map(({ name, className }, index) => (isAlone
      ? element("span", { class: "key" }, values[index])
      : element("span", { class: `key line ${className}` }, name, " ", values[index])));
    for (const kind of ["pointermove", "pointerdown"]) {
      made.node.addEventListener(kind, (event) => read(made.epochAt(event)));
    }
    container.append(element("figure", { class: "chart" },
      element("figcaption", {}, element("span", { class: "chart-title" }, title), keys), made.node));
    return { series, values, formatRead, read: made.read };
  });
  const slider = element("input", {
    type: "range", id: "epoch", min: epochs[0], max: last, step: 1,
    oninput: (event) => read(Number(event.target.value)),
  });
  const output = element("output", { for: "epoch" });
  container.append(element("div", { class: "reader" },
    element("label", { for: "epoch" }, "Epoch ", output), slider));

  function read(wanted) {
    const epoch = epochs.reduce((best, candidate) =>
      (Math.abs(candidate - wanted) < Math.abs(best - wanted) ? candidate : best));
    const words = [`epoch ${epoch}`];
    for (const { series, values, formatRead, read: mark } of charts) {
      mark(epoch).forEach((value, index) => {
        values[index].textContent = value === undefined ? "–" : formatRead(value);
        words.push(`${series[index].name} ${values[index].textContent}`);
      });
    }
    slider.value = epoch;
    slider.setAttribute("aria-valuetext", words.join(", "));
    output.textContent = `${epoch} of ${last}`;
  }
  // Where all curves have a value: runs may have ended at different epochs.
  read(Math.min(...specifications.flatMap(({ series }) =>
    series.map(({ points }) => points[points.length - 1][0]))));
}
