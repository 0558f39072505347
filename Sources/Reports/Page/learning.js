// The learning curves of a run.

function showCurves({ epochs, heldOut }) {
  const container = byID("curves");
  if (epochs.length === 0) {
    container.append(element("p", {}, "No epoch was completed, so there are no curves."));
    return;
  }
  const held = heldOut ?? "test";
  const line = (key, name, className) => ({
    name, className,
    points: epochs.map((epoch) => [epoch.epoch, epoch[key]]).filter(([, value]) => Number.isFinite(value)),
  });
  const losses = [line("trainLoss", "training", "training"), line("heldOutLoss", held, "held-out dashed")];
  const [low, high] = extent(losses.flatMap(({ points }) => points.map(([, loss]) => loss)));
  const charts = [
    {
      title: "Loss", height: 250, isLogarithmic: high > 4 * low, format: plain, formatRead: short,
      series: losses,
    },
    {
      title: "Accuracy", height: 250,
      format: (value) => `${Number((100 * value).toFixed(2))} %`, formatRead: (value) => percent(value, 2),
      series: [line("trainAccuracy", "training", "training"), line("heldOutAccuracy", held, "held-out dashed")],
    },
    {
      title: "Learning rate", height: 150, format: plain, formatRead: short,
      series: [line("learningRate", "learning rate", "rate")],
    },
  ].map((made) => ({ ...made, series: made.series.filter(({ points }) => points.length > 0) }));
  showCharts(container, charts.filter(({ series }) => series.length > 0), epochs.map(({ epoch }) => epoch));
}
