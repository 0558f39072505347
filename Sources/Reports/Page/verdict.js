// What the network says of one image: the pixels it saw, the probabilities, and the units that voted.

/** The most classes that are shown with their probabilities at once. */
const mostBars = 12;

/** The section's part that shows an answer; `show(pixels, words)` fills it. */
function makeVerdict({ image, classNames }, network, units) {
  const seen = byID("seen");
  const answer = byID("answer");
  const shares = byID("probabilities");
  const voters = byID("voters");
  const isLinear = network.layers.length === 1;
  const isBare = network.loss === "squaredError";
  const { limit } = network;

  function clear(words) {
    seen.replaceChildren(digitCanvas(picture(image.height, image.width), "Nothing yet"));
    answer.textContent = words;
    const empty = classNames.slice(0, mostBars).map((name) => ({ name, share: 0 }));
    shares.replaceChildren(bars(empty, isBare));
    voters.replaceChildren();
  }

  function show(digit, words = "") {
    const result = run(network, digit.pixels);
    const best = winner(result.probabilities);
    seen.replaceChildren(digitCanvas(digit, `The ${image.height} × ${image.width} pixels that the network sees`));
    answer.replaceChildren(
      "It reads ", element("b", {}, classNames[best]),
      isBare ? "." : `, ${percent(result.probabilities[best])}.`, words ? ` ${words}` : "");
    const all = result.probabilities.map((share, number) => ({ name: classNames[number], share, isWinner: number === best }));
    const shown = all.length > mostBars
      ? all.sort((a, b) => b.share - a.share).slice(0, mostBars) : all;
    shares.replaceChildren(bars(shown, isBare));
    voters.replaceChildren(...votesOf(digit, result, best));
    return { classIndex: best, probabilities: result.probabilities };
  }

  function votesOf(digit, result, best) {
    const all = votes(network, digit.pixels, result, best);
    const last = result.layers[result.layers.length - 1].sums;
    const sum = last.length > 1 ? last[best] : best === 1 ? last[0] : -last[0];
    const [speaking, against] = [1, -1].map((sign) =>
      all.reduce((total, vote) => total + Math.max(0, sign * vote), 0));
    const name = element("b", {}, classNames[best]);
    const rest = sum - speaking + against;
    const who = isLinear ? "pixels" : "units";
    const summary = element("p", {}, `${isLinear ? "Pixels" : "Units"} for `, name,
      ` add ${signed(speaking)}, ${who} against it ${signed(-against)}, the rest ${signed(rest)}: a weighted sum of ${signed(sum)}.`);
    if (isLinear) {
      return [summary, element("figure", { class: "pixel-votes" },
        signedCanvas(all, image, Math.max(...all.map(Math.abs)), "The votes of the pixels"),
        element("figcaption", {}, "What each pixel adds"))];
    }
    const ranked = Array.from(all, (vote, number) => ({ vote, unit: units[number] }))
      .sort((a, b) => b.vote - a.vote);
    return [
      summary,
      unitRow("For", ranked.slice(0, 5).filter(({ vote }) => vote > 0)),
      unitRow("Against", ranked.slice(-5).reverse().filter(({ vote }) => vote < 0)),
    ];
  }

  function unitRow(title, rows) {
    return element("div", { class: "vote-row" },
      element("h4", {}, title),
      rows.length === 0 ? element("p", { class: "hint" }, "none")
        : element("ul", {}, rows.map(({ vote, unit }) => element("li", {},
          signedCanvas(unit.weights, image, limit, `Unit ${unit.number}`),
          element("span", { class: vote < 0 ? "negative-number" : "positive-number" }, signed(vote)),
          element("span", { class: "number" }, `unit ${unit.number}`)))));
  }

  return { clear, show };
}
