// Sliders over recorded runs, and keys to go through the topics.

/** A drawing from its SVG text, as an element of this page. */
function drawingOf(svg) {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
}

/** Words with indices and exponents as in λ_max, z_{ℓ} and e^{xy}. */
function words(text) {
  const parts = text.split(/(\^\{[^{}]*\}|(?<=\p{L}\p{M}*)_(?:\{[^{}]*\}|\p{L}+))/u);
  return parts.map((part, index) => index % 2 === 0 ? part
    : element(part[0] === "^" ? "sup" : "sub", {}, part.slice(1).replace(/[{}]/g, "")));
}

/** The items of a list of claims, verdicts first. */
function claimItems(run) {
  const item = (verdict, statement, evidence) => element(
    "li", { class: verdict.replace(" ", "-") },
    element("b", {}, verdict), " ", element("span", {}, words(`${statement}: `)), element("span", { class: "found" }, words(evidence)));
  return [
    ...run.claims.map((claim) => item(claim.holds ? "holds" : "fails", claim.statement, claim.found)),
    ...run.leftOut.map((claim) => item("left out", claim.statement, claim.reason)),
  ];
}

/** Lets a topic's slider show the run of each of its values; at 0 stands what the course shows. */
function addSlider(topic) {
  const store = topic.querySelector(".frames");
  if (!store) return;
  const part = (selector) => topic.querySelector(selector);
  const [input, output, play] = [part(".turn input"), part(".turn output"), part(".play")];
  const [picture, command, claims] = [part(".drawing"), part("figcaption code"), part(".claims")];
  const course = { picture: [...picture.childNodes], command: command.textContent, claims: [...claims.childNodes] };
  let runs = null;

  const show = () => {
    runs ??= JSON.parse(store.textContent);
    const run = runs[input.valueAsNumber - 1];
    const name = run ? run.value : "as in the course";
    output.textContent = name;
    input.setAttribute("aria-valuetext", name);
    picture.replaceChildren(...(run ? run.pictures.map(drawingOf) : course.picture));
    command.textContent = run ? run.command : course.command;
    claims.replaceChildren(...(run ? claimItems(run) : course.claims));
  };
  input.setAttribute("aria-valuetext", "as in the course");
  input.addEventListener("input", show);

  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (input.value === input.max) input.value = 0;
    play.textContent = "Stop";
    timer = setInterval(() => {
      input.value = input.valueAsNumber + 1;
      show();
      if (input.value === input.max) stop();
    }, 700);
  });
  input.addEventListener("pointerdown", stop);
  part(".turn").hidden = false;
}

/** The topic that is read: the last one that begins above the middle of the window. */
function currentTopic(topics) {
  return topics.findLastIndex((topic) => topic.getBoundingClientRect().top < innerHeight / 2);
}

function addKeys(topics) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = currentTopic(topics);
    const go = (index) => {
      const topic = topics[Math.max(0, Math.min(topics.length - 1, index))];
      topic.scrollIntoView({ behavior: "instant" });
      const slider = topic.querySelector(".turn input");
      (slider ?? topic.querySelector("summary")).focus({ preventScroll: true });
      history.replaceState(null, "", `#${topic.id}`);
    };
    if (event.key === "n") go(current + 1);
    else if (event.key === "p") go(current - 1);
    else if (event.key === "a" && current >= 0) {
      const answer = topics[current].querySelector(".predict details");
      answer.open = !answer.open;
    }
  });
}

const topics = [...document.querySelectorAll(".topic")];
for (const topic of topics) addSlider(topic);
addKeys(topics);
showThemeButton();
document.documentElement.dataset.ready = "yes";
performance.mark("filled");
