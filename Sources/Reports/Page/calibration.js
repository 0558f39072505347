// How sure the network is, and how often it is right when it is that sure.

function showCalibration({ evaluation }) {
  const container = byID("calibration");
  const calibration = evaluation?.calibration;
  if (!calibration) {
    container.append(element("p", {}, evaluation
      ? "The outputs of a network with squared error are no probabilities, so nothing is said here of how sure it is."
      : "There was no data to evaluate the network on."));
    return;
  }
  const { bins, expectedError } = calibration;
  const filled = bins.filter(({ count }) => count > 0);
  container.append(
    element("div", { class: "calibration" },
      element("figure", { class: "chart square" }, reliabilityDiagram(bins, evaluation.count)),
      element("div", {},
        element("p", { class: "figure-number" },
          element("b", {}, percent(expectedError, 2)), " expected calibration error"),
        element("p", {}, `The test images are sorted by the probability of the class that the network names, into ${bins.length} bins of equal width. A dot shows the share of right answers in a bin at the mean probability there; on the diagonal the network is as often right as it says. The bars count the images.`),
        element("p", {}, "The expected calibration error is the sum over the bins of ", element("i", {}, "n"), element("sub", {}, "b"), " / ", element("i", {}, "n"),
          " · | accuracy", element("sub", {}, "b"), " − mean probability", element("sub", {}, "b"), " | (Guo, Pleiss, Sun, Weinberger 2017)."),
        element("details", {},
          element("summary", {}, "The bins as a table"),
          element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Bins of the reliability diagram" },
            element("table", {},
              element("thead", {}, element("tr", {},
                ["probability", "images", "mean probability", "right"].map((title) => element("th", { scope: "col" }, title)))),
              element("tbody", {}, filled.map((bin) => element("tr", {},
                element("th", { scope: "row" }, `${bin.from.toFixed(2)} – ${bin.to.toFixed(2)}`),
                element("td", {}, grouped(bin.count)), element("td", {}, percent(bin.confidence)),
                element("td", {}, percent(bin.accuracy)))))))))));
}

function reliabilityDiagram(bins, total) {
  const [side, left, top] = [300, 44, 12];
  const x = (share) => left + share * side;
  const y = (share) => top + (1 - share) * side;
  const bars = 64;
  const most = Math.max(...bins.map(({ count }) => count));
  const floor = top + side + 34 + bars;
  const axis = [0, 0.25, 0.5, 0.75, 1];
  const filled = bins.filter(({ count }) => count > 0);
  return drawn(
    "svg", {
      viewBox: `0 0 ${left + side + 14} ${floor + 22}`, role: "img",
      "aria-label": `Reliability diagram of ${grouped(total)} images: ` + filled.map((bin) =>
        `at a probability of ${percent(bin.confidence, 0)}, ${percent(bin.accuracy, 0)} right`).join("; "),
    },
    axis.map((share) => [
      drawn("line", { x1: left, x2: left + side, y1: y(share), y2: y(share), class: "grid" }),
      drawn("text", { x: left - 8, y: y(share) + 4, "text-anchor": "end" }, `${100 * share} %`),
      drawn("text", { x: x(share), y: floor + 16, "text-anchor": "middle" }, `${100 * share} %`),
    ]),
    drawn("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), class: "diagonal" }),
    filled.map((bin) => drawn("line", {
      x1: x(bin.confidence), x2: x(bin.confidence), y1: y(bin.confidence), y2: y(bin.accuracy), class: "gap",
    })),
    filled.map((bin) => drawn("circle", { cx: x(bin.confidence), cy: y(bin.accuracy), r: 4.5, class: "dot held-out" },
      drawn("title", {}, `${counted(bin.count, "image")} at ${percent(bin.confidence)}: ${percent(bin.accuracy)} right`))),
    bins.map((bin) => drawn("rect", {
      x: x(bin.from) + 1, width: (bin.to - bin.from) * side - 2,
      y: floor - (bars * bin.count) / most, height: (bars * bin.count) / most, class: "bar",
    })),
    drawn("text", { x: left - 8, y: floor - bars + 8, "text-anchor": "end" }, grouped(most)),
    drawn("line", { x1: left, x2: left + side, y1: floor, y2: floor, class: "grid" }));
}
