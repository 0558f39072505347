// The answers that are most wrong, and bars of probabilities.

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
