// The canvas to draw on, with mouse, finger or pen, and its buttons.

function showDrawing(report, network, units, pictures) {
  const { preparation, images, classNames, evaluation } = report;
  if (!network || !preparation) {
    byID("draw-tools").replaceWith(element("p", {},
      "The page holds no weights of a network that reads images, so there is nothing to draw for."));
    return null;
  }
  const size = drawingSize(preparation.size);
  const board = byID("board");
  const context = board.getContext("2d");
  const verdict = makeVerdict(report, network, units);
  const buttons = { undo: byID("undo"), clear: byID("clear"), test: byID("test-digit"), save: byID("save") };
  const pen = byID("pen");
  let strokes = [];
  let testDigit = null;
  let stroke = null;
  let isDue = false;
  let latest = null;
  board.style.aspectRatio = `${size.width} / ${size.height}`;
  byID("drawn-size").textContent = `${preparation.size.height} × ${preparation.size.width} pixels`;

  const place = (event) => {
    const box = board.getBoundingClientRect();
    return [
      Math.round(((event.clientX - box.left) / box.width) * size.width * 16) / 16,
      Math.round(((event.clientY - box.top) / box.height) * size.height * 16) / 16,
    ];
  };
  board.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    board.setPointerCapture(event.pointerId);
    testDigit = null;
    stroke = { width: Number(pen.value), points: [place(event)] };
    strokes.push(stroke);
    schedule();
  });
  board.addEventListener("pointermove", (event) => {
    if (!stroke || !event.isPrimary) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const moved of events.length > 0 ? events : [event]) stroke.points.push(place(moved));
    schedule();
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    board.addEventListener(kind, (event) => {
      if (!event.isPrimary || !stroke) return;
      stroke = null;
      schedule();
    });
  }
  buttons.undo.addEventListener("click", () => {
    if (testDigit === null) strokes.pop();
    testDigit = null;
    schedule();
  });
  buttons.clear.addEventListener("click", clear);
  byID("draw").addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) buttons.undo.click();
  });
  buttons.save.addEventListener("click", save);
  if (pictures.length === 0) buttons.test.remove();
  // One image after another in an order without pattern, the same for everyone.
  let turn = 0;
  buttons.test.addEventListener("click", () => {
    testDigit = (turn * 389 + 17) % pictures.length;
    turn += 1;
    strokes = [];
    schedule();
  });
  pen.addEventListener("input", showPen);

  function showPen() {
    byID("pen-dot").style.width = byID("pen-dot").style.height =
      `${Math.max(2, (Number(pen.value) * board.clientWidth) / size.width)}px`;
  }

  function clear() {
    strokes = [];
    testDigit = null;
    schedule();
  }

  /** Draws and answers once per frame, however many events came. */
  function schedule() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
      classify();
    });
  }

  function draw() {
    const scale = Math.min(3, devicePixelRatio || 1);
    board.width = Math.round(board.clientWidth * scale);
    board.height = Math.round(board.clientHeight * scale);
    const ink = `rgb(${inkColor(255).join()})`;
    context.fillStyle = `rgb(${inkColor(0).join()})`;
    context.fillRect(0, 0, board.width, board.height);
    if (testDigit !== null) {
      context.imageSmoothingEnabled = false;
      context.drawImage(digitCanvas(pictures[testDigit], null), 0, 0, board.width, board.height);
      return;
    }
    context.scale(board.width / size.width, board.height / size.height);
    Object.assign(context, { strokeStyle: ink, lineCap: "round", lineJoin: "round" });
    for (const { width, points } of strokes) {
      context.lineWidth = width;
      context.beginPath();
      points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.lineTo(...points[points.length - 1]);
      context.stroke();
    }
  }

  function classify() {
    buttons.undo.disabled = buttons.clear.disabled = strokes.length === 0 && testDigit === null;
    buttons.save.disabled = strokes.length === 0;
    byID("board-hint").hidden = strokes.length > 0 || testDigit !== null;
    if (testDigit !== null) {
      latest = verdict.show(pictures[testDigit],
        `This is ${evaluation.part} image #${images.numbers[testDigit]}, a ${classNames[images.truths[testDigit]]}.`);
    } else if (strokes.length === 0) {
      latest = null;
      verdict.clear("Nothing is drawn yet.");
    } else {
      try {
        latest = verdict.show(prepared(pictureOfStrokes(strokes, preparation), preparation));
      } catch (problem) {
        if (!(problem instanceof NoDigit)) throw problem;
        latest = null;
        verdict.clear(`No digit is seen: ${problem.message}.`);
      }
    }
  }

  /** Saves the drawing as a PNG file, the very pixels that the answer is from. */
  function save() {
    const drawing = pictureOfStrokes(strokes, preparation);
    const canvas = element("canvas", { width: drawing.width, height: drawing.height });
    const image = new ImageData(drawing.width, drawing.height);
    drawing.pixels.forEach((level, index) => image.data.set([level, level, level, 255], 4 * index));
    canvas.getContext("2d").putImageData(image, 0, 0);
    element("a", { href: canvas.toDataURL("image/png"), download: "digit.png" }).click();
  }

  themed(board, draw);
  addEventListener("resize", () => {
    draw();
    showPen();
  });
  classify();
  showPen();
  return { strokes: () => strokes, latest: () => latest, clear };
}
