// Reads the report and fills the page, the part above the fold first.

async function fillPage() {
  const report = JSON.parse(byID("report").textContent);
  showHead(report);
  const network = report.network && makeNetwork(report.network);
  const units = network ? unitsOf(network, report.network.silentUnits) : [];
  const pictures = report.images ? await imagesOfSprite(report.images, report.image) : [];
  const drawing = showDrawing(report, network, units, pictures);
  showCurves(report);
  showConfusion(report, pictures);
  showMistakes(report, pictures);
  showCalibration(report);
  showFeatures(report, network, units);
  showScaling(report);
  showFacts(report);
  showThemeButton();
  document.documentElement.dataset.ready = "yes";
  performance.mark("filled");
  // For scripts that check the page.
  window.lockstepPage = { report, network, units, pictures, drawing, run, prepared, picture, pictureOfStrokes };
}

fillPage();
