// The head of the page, and the facts that repeat the run.

function showHead({ headlines, warnings, notes }) {
  byID("headlines").append(...headlines.map(({ name, value, detail }) => element("div", {},
    element("dt", {}, name), element("dd", {}, element("b", {}, value),
      detail ? element("span", {}, detail) : null))));
  const list = (title, lines, className) => lines.length === 0 ? [] : [
    element("aside", { class: className, "aria-label": title },
      element("p", { class: "notice-title" }, title),
      lines.length === 1 ? element("p", {}, lines[0])
        : element("ul", {}, lines.map((line) => element("li", {}, line))))];
  byID("notices").append(...list("Warnings", warnings, "notice warning"), ...list("Notes", notes, "notice"));
}

function showFacts({ facts, command, commandNote, fingerprint }) {
  const container = byID("facts");
  if (command) {
    container.append(
      element("p", {}, commandNote),
      element("pre", { class: "command", tabindex: 0, role: "region", "aria-label": "Command" },
        element("code", {}, command)));
  }
  if (fingerprint) {
    container.append(
      element("p", {}, "It gives these bits on any machine: the fingerprint is the SHA-256 of all weights."),
      element("p", { class: "fingerprint" }, element("code", {}, fingerprint)));
  }
  container.append(element("div", { class: "fact-groups" }, facts.map(({ title, rows }) =>
    element("section", {}, element("h3", {}, title), element("dl", {}, rows.map(({ name, value, isCode }) =>
      element("div", {}, element("dt", {}, name),
        element("dd", {}, isCode ? element("code", {}, value) : value))))))));
}

function showScaling({ scaling }) {
  if (!scaling) {
    byID("scaling-section").remove();
    byID("scaling-link").remove();
    return;
  }
  byID("scaling").append(element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Speed by number of workers" },
    element("table", {},
      element("thead", {}, element("tr", {}, ["workers", "images/s", "speed-up"].map((title) => element("th", { scope: "col" }, title)))),
      element("tbody", {}, scaling.map(({ workers, imagesPerSecond, speedup }) => element("tr", {},
        element("th", { scope: "row" }, String(workers)),
        element("td", {}, grouped(Math.round(imagesPerSecond))), element("td", {}, speedup.toFixed(2))))))));
}
