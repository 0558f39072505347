// The curves of runs, overlaid. Each run has a color; training is dashed, and so that more runs than colors
// are told apart, those past the seventh are dotted.

const colorCount = 7;

function showComparedCurves(curves) {
  const container = byID("curves");
  if (!curves) {
    byID("curves-intro").remove();
    container.append(element("p", {}, "No run has a log here."));
    return;
  }
  const { epochs, charts } = curves;
  showCharts(container, charts.map(({ title, isPercent, isLogarithmic, series }) => ({
    title, isLogarithmic, height: 250,
    format: isPercent ? (value) => `${Number(value.toFixed(2))} %` : plain,
    formatRead: isPercent ? (value) => `${value.toFixed(2)} %` : short,
    series: series.map(({ name, run, isTraining, points }) => ({
      name, points,
      className: `run-${run % colorCount}${isTraining ? " dashed" : run >= colorCount ? " dotted" : ""}`,
    })),
  })), epochs);
}

showComparedCurves(JSON.parse(byID("comparison").textContent));
showThemeButton();
document.documentElement.dataset.ready = "yes";
performance.mark("filled");
