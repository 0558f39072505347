// Which classes are taken for which, with the images behind each count.

/** The most images that a cell or a class shows at once. */
const mostShown = 48;

/** The most classes that a matrix shows; of more, the most frequent confusions are listed. */
const mostMatrixClasses = 40;
const mostListed = 30;

function showConfusion({ evaluation, images, classNames }, pictures) {
  const container = byID("confusion");
  if (!evaluation) {
    container.append(element("p", {}, "There was no data to evaluate the network on."));
    return;
  }
  const { part } = evaluation;
  const hasMatrix = classNames.length <= mostMatrixClasses;
  const panel = element("div", { class: "cell-images", role: "status", "aria-live": "polite" },
    element("p", { class: "hint" }, "Choose a number in the table to see its images here."));
  const table = hasMatrix
    ? confusionMatrix(evaluation, classNames, countButton)
    : confusionList(evaluation, classNames, countButton);
  const all = `${grouped(evaluation.count)} ${part} images`;
  container.before(element("p", {}, hasMatrix
    ? `Rows are the true classes of the ${all}, columns the classes that the network names. Precision is the share of right ones in a column, recall in a row.`
    : `The network was tried on ${all} of ${grouped(classNames.length)} classes. These are the wrong answers that it gives most often.`));
  container.classList.add("confusion");
  container.append(
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusions" }, table), panel);
  if (!hasMatrix) container.after(classTable(evaluation, classNames));
  // The most frequent confusion is open from the start.
  const wrong = [...table.querySelectorAll("[data-is-wrong]")];
  const most = Math.max(...wrong.map((button) => Number(button.dataset.count)));
  wrong.find((button) => Number(button.dataset.count) === most)?.click();

  function countButton(truth, named) {
    const count = evaluation.confusion[truth][named];
    return element("button", {
      type: "button", "aria-pressed": "false", "data-count": count, "data-is-wrong": truth !== named,
      "aria-label": `${counted(count, "image")} of ${classNames[truth]} named ${classNames[named]}`,
      onclick: (event) => choose(event.currentTarget, truth, named, count),
    }, grouped(count));
  }

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

function shareOrNone(share) {
  return share === null ? "–" : percent(share);
}

function confusionMatrix({ confusion, precision, recall }, classNames, countButton) {
  const mistakes = Math.max(1, ...confusion.flatMap((row, truth) => row.filter((_, named) => named !== truth)));
  const cell = (truth, named) => {
    const count = confusion[truth][named];
    if (count === 0) return element("td", { class: "none" }, "·");
    const isRight = truth === named;
    const share = isRight ? recall[truth] ?? 0 : Math.sqrt(count / mistakes);
    return element("td", { class: isRight ? "right" : "wrong", style: `--share: ${share.toFixed(3)}` },
      countButton(truth, named));
  };
  return element("table", { class: "matrix" },
    element("caption", { class: "hidden" }, "Confusion matrix"),
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, element("span", { class: "corner" }, "true \\ named")),
      classNames.map((name) => element("th", { scope: "col" }, name)),
      element("th", { scope: "col", class: "measure" }, "recall"))),
    element("tbody", {}, classNames.map((name, truth) => element("tr", {},
      element("th", { scope: "row" }, name),
      classNames.map((_, named) => cell(truth, named)),
      element("td", { class: "measure" }, shareOrNone(recall[truth]))))),
    element("tfoot", {}, element("tr", {},
      element("th", { scope: "row" }, "precision"),
      precision.map((share) => element("td", { class: "measure" }, shareOrNone(share))),
      element("td", {}))));
}

/** The pairs of classes that are confused most often. */
function confusionList({ confusion }, classNames, countButton) {
  const pairs = confusion.flatMap((row, truth) =>
    row.map((count, named) => ({ count, truth, named })).filter(({ count, named }) => count > 0 && named !== truth));
  pairs.sort((a, b) => b.count - a.count);
  return element("table", {},
    element("caption", { class: "hidden" }, "The most frequent confusions"),
    element("thead", {}, element("tr", {},
      ["true", "named", "images"].map((title) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, pairs.slice(0, mostListed).map(({ truth, named }) => element("tr", {},
      element("th", { scope: "row" }, classNames[truth]), element("td", {}, classNames[named]),
      element("td", {}, countButton(truth, named))))));
}

/** Precision and recall of each class, to be unfolded. */
function classTable({ confusion, precision, recall }, classNames) {
  const titles = ["class", "images", "precision", "recall"];
  return element("details", {},
    element("summary", {}, "Precision and recall of all classes"),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Precision and recall" },
      element("table", {},
        element("thead", {}, element("tr", {}, titles.map((title) => element("th", { scope: "col" }, title)))),
        element("tbody", {}, classNames.map((name, index) => element("tr", {},
          element("th", { scope: "row" }, name),
          element("td", {}, grouped(confusion[index].reduce((sum, count) => sum + count, 0))),
          element("td", {}, shareOrNone(precision[index])),
          element("td", {}, shareOrNone(recall[index]))))))));
}
