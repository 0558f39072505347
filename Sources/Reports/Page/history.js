// The first layer at the epochs that a run kept: a slider and a button that plays them. The last frame is
// the network of the page; the others lie in pictures, as indices into the signed palette.

/**
 * Reads the kept frames. Row r of all units of a picture stands at r · frames + frame, the units side by
 * side. Returns a function from a frame and a unit's number to its levels; null for a unit that has none.
 */
async function framesOf({ pictures, unitsPerPicture, units, epochs }, { height, width }) {
  const frames = epochs.length - 1;
  const places = new Map(units.map((number, place) => [number, place]));
  const sheets = await Promise.all(pictures.map(pixelsOfPNG));
  return (frame, number) => {
    const place = places.get(number);
    if (place === undefined) return null;
    const sheet = sheets[Math.floor(place / unitsPerPicture)];
    const levels = new Uint8Array(height * width);
    for (let row = 0; row < height; row++) {
      const start = (row * frames + frame) * sheet.width + (place % unitsPerPicture) * width;
      levels.set(sheet.pixels.subarray(start, start + width), row * width);
    }
    return levels;
  };
}

/**
 * The controls of the epochs of a report. `show` draws a frame: it gets the levels of a unit by its
 * number, which are null where the page has none; or null for the page's own network.
 */
function historyControls({ history, epochs, heldOut, image, network }, show) {
  const { epochs: frames, lastName, keptCount, units } = history;
  const last = frames.length - 1;
  const numbers = new Map(epochs.map((epoch) => [epoch.epoch, epoch]));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let reading = null;
  let timer = null;

  const button = element("button", { type: "button", id: "play-features", class: "no-print", onclick: press });
  const slider = element("input", {
    type: "range", id: "feature-epoch", class: "no-print", min: 0, max: last, step: 1, value: last,
    oninput: () => {
      pause();
      move(Number(slider.value));
    },
  });
  const output = element("output", { for: "feature-epoch" });
  const detail = element("span", { class: "hint" });
  const node = element("div", { class: "history", role: "group", "aria-label": "Features over the epochs" },
    button, element("label", { for: "feature-epoch" }, "Epoch ", output), slider, detail);
  still.addEventListener("change", pause);

  function inWords(frame) {
    if (frame === last && lastName) return lastName;
    if (frames[frame] === 0) return "before the first step";
    const line = numbers.get(frames[frame]);
    if (!line) return "";
    const accuracy = Number.isFinite(line.heldOutAccuracy)
      ? `, ${heldOut} accuracy ${percent(line.heldOutAccuracy, 2)}` : "";
    return `training loss ${short(line.trainLoss)}${accuracy}`;
  }

  function describe(frame) {
    output.textContent = `${frames[frame]} of ${frames[last]}`;
    detail.textContent = inWords(frame);
    slider.setAttribute("aria-valuetext", [`epoch ${frames[frame]}`, inWords(frame)].filter(Boolean).join(", "));
  }

  async function move(frame) {
    slider.value = frame;
    describe(frame);
    if (frame === last) {
      show(null);
      return;
    }
    reading ??= framesOf(history, image);
    const levels = await reading;
    // The slider may have moved on while the pictures were read.
    if (Number(slider.value) === frame) show((number) => levels(frame, number));
  }

  function press() {
    const next = (Number(slider.value) + 1) % frames.length;
    if (still.matches) {
      move(next);
    } else if (timer !== null) {
      pause();
    } else {
      timer = setInterval(step, Math.min(400, Math.max(80, 8000 / frames.length)));
      name();
      move(next);
    }
  }

  function step() {
    const next = Number(slider.value) + 1;
    if (next <= last) move(next);
    if (next >= last) pause();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    name();
  }

  function name() {
    button.textContent = still.matches ? "Next epoch" : timer === null ? "Play" : "Pause";
  }

  name();
  describe(last);
  const notes = [
    frames.length < keptCount
      ? `The page holds ${frames.length} of the ${grouped(keptCount)} epochs that the run kept, more of the early ones.` : null,
    units.length < network.layers[0].outputs
      ? `Only ${counted(units.length, "unit")} ${units.length === 1 ? "has" : "have"} pictures before the end.` : null,
  ].filter(Boolean);
  return [notes.length > 0 ? element("p", { class: "hint history-note" }, notes.join(" ")) : null, node];
}
