// Which classes are taken for which, with the images behind each count.

/** The most images that a cell or a class shows at once. */
const mostShown = 48;

function showConfusion({ evaluation, images, classNames }, pictures) {
  const container = byID("confusion");
  if (!evaluation) {
    container.append(element("p", {}, "There was no data to evaluate the network on."));
    return;
  }
  const { confusion, precision, recall, part } = evaluation;
  const mistakes = Math.max(1, ...confusion.flatMap((row, truth) => row.filter((_, named) => named !== truth)));
  const panel = element("div", { class: "cell-images", role: "status", "aria-live": "polite" },
    element("p", { class: "hint" }, "Choose a number in the table to see its images here."));
  const cell = (truth, named) => {
    const count = confusion[truth][named];
    if (count === 0) return element("td", { class: "none" }, "·");
    const isRight = truth === named;
    const share = isRight ? recall[truth] ?? 0 : Math.sqrt(count / mistakes);
    return element("td", { class: isRight ? "right" : "wrong", style: `--share: ${share.toFixed(3)}` },
      element("button", {
        type: "button", "aria-pressed": "false",
        "aria-label": `${counted(count, "image")} of ${classNames[truth]} named ${classNames[named]}`,
        onclick: (event) => choose(event.currentTarget, truth, named, count),
      }, grouped(count)));
  };
  const table = element("table", { class: "matrix" },
    element("caption", { class: "hidden" }, "Confusion matrix"),
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, element("span", { class: "corner" }, "true \\ named")),
      classNames.map((name) => element("th", { scope: "col" }, name)),
      element("th", { scope: "col", class: "measure" }, "recall"))),
    element("tbody", {}, classNames.map((name, truth) => element("tr", {},
      element("th", { scope: "row" }, name),
      classNames.map((_, named) => cell(truth, named)),
      element("td", { class: "measure" }, recall[truth] === null ? "–" : percent(recall[truth]))))),
    element("tfoot", {}, element("tr", {},
      element("th", { scope: "row" }, "precision"),
      precision.map((share) => element("td", { class: "measure" }, share === null ? "–" : percent(share))),
      element("td", {}))));
  container.before(element("p", {}, `Rows are the true classes of the ${grouped(evaluation.count)} ${part} images, columns the classes that the network names. Precision is the share of right ones in a column, recall in a row.`));
  container.classList.add("confusion");
  container.append(
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusion matrix" }, table), panel);

  function choose(button, truth, named, count) {
    const isOpen = button.getAttribute("aria-pressed") === "true";
    table.querySelectorAll("[aria-pressed=true]").forEach((other) => other.setAttribute("aria-pressed", "false"));
    if (isOpen) {
      panel.replaceChildren();
      return;
    }
    button.setAttribute("aria-pressed", "true");
    const found = images.truths.map((_, index) => index)
      .filter((index) => images.truths[index] === truth && images.predictions[index] === named);
    const shown = found.slice(0, mostShown);
    const title = truth === named
      ? `${classNames[truth]}, named right` : `${classNames[truth]}, named ${classNames[named]}`;
    panel.replaceChildren(
      element("p", {}, element("b", {}, title), shown.length < count
        ? `: ${shown.length} of ${grouped(count)} images` : `: ${counted(count, "image")}`),
      element("ul", { class: "digits" }, shown.map((index) => element("li", {},
        digitCanvas(pictures[index], `${part} image ${images.numbers[index]}`),
        element("span", {}, `#${images.numbers[index]}`)))));
  }
}

/** The gallery of the images that the network is wrong about and surest of. */
function showMistakes({ evaluation, images, classNames }, pictures) {
  const container = byID("mistakes");
  if (!evaluation || images.worst.length === 0) {
    container.append(element("p", {}, evaluation
      ? "The network names every test image right." : "There was no data to evaluate the network on."));
    return;
  }
  container.append(element("ol", { class: "mistakes" }, images.worst.map((index, place) => {
    const [truth, named] = [images.truths[index], images.predictions[index]];
    const shares = images.worstProbabilities[place];
    const ranked = shares.map((share, number) => ({ share, number })).sort((a, b) => b.share - a.share);
    const shown = [...new Set([...ranked.slice(0, 3).map(({ number }) => number), truth])]
      .sort((a, b) => shares[b] - shares[a]);
    return element("li", {},
      digitCanvas(pictures[index], `${evaluation.part} image ${images.numbers[index]}`),
      element("div", {},
        element("p", {}, "Is ", element("b", {}, classNames[truth]), ", named ",
          element("b", { class: "bad" }, classNames[named]),
          element("span", { class: "number" }, ` #${images.numbers[index]}`)),
        bars(shown.map((number) => ({ name: classNames[number], share: shares[number], isTrue: number === truth })))));
  })));
}

/** Probabilities – or bare outputs – as bars with names and numbers. */
function bars(rows, isBare = false) {
  return element("ul", { class: "bars" }, rows.map(({ name, share, isTrue, isWinner }) =>
    element("li", { class: [isTrue && "true", isWinner && "winner"].filter(Boolean).join(" ") || null },
      element("span", { class: "name" }, name),
      element("span", { class: "track", "aria-hidden": "true" },
        element("span", { class: "fill", style: `width: ${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%` })),
      element("span", { class: "share" }, isBare ? signed(share, 2) : percent(share)))));
}
