"""The slider over the epochs whose features a run kept."""

import array
import json
import math
import struct

import reading
import use

# The levels of all units of the sheet in their order, each with the unit's number.
SHEET = """[...document.querySelectorAll('.units button')].map((button) =>
  [parseInt(button.textContent), [...button.querySelector('canvas').indices]])"""
# What is painted, as one text.
PAINTED = "[...document.querySelectorAll('.units canvas')].map((canvas) => canvas.toDataURL()).join()"


def train(checks):
    return checks.train("kept features", "--features-every", 1)


def kept_weights(run, epoch):
    """The first layer's weights after an epoch, by unit, from the file that the run left."""
    data = (run / f"features/epoch-{epoch:04}.safetensors").read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    entry = json.loads(data[8:8 + length])["layer0.weight"]
    units, inputs = entry["shape"]
    first, last = entry["data_offsets"]
    halves = array.array("H", data[8 + length + first:8 + length + last])
    floats = array.array("f", b"".join(struct.pack("<I", half << 16) for half in halves))
    return [floats[unit * inputs:(unit + 1) * inputs] for unit in range(units)]


def level(weight, limit):
    return 127 + math.floor(127 * min(1, max(-1, weight / limit)) + 0.5)


def move(page, frame):
    """Moves the slider and waits until its frame is drawn."""
    page.evaluate(
        "(() => { const slider = document.getElementById('feature-epoch'); slider.value = %d;"
        " slider.dispatchEvent(new Event('input', {bubbles: true})); })()" % frame)
    last = page.evaluate("lockstepPage.report.history.epochs.length - 1")
    page.wait_for(
        f"document.querySelector('.units').classList.contains('past') === {str(frame < last).lower()}")
    page.next_frames(2)


def epoch_shown(page):
    return int(page.evaluate("document.querySelector('.history output').textContent").split()[0])


def check_frames(checks, run, without):
    page = checks.browser.open(without / "report.html")
    checks.check("a run without kept features has no slider of theirs", page.evaluate(
        "!document.querySelector('.history') && !document.getElementById('features').textContent.includes('all epochs')"))
    page.close()
    path = run / "report.html"
    size = path.stat().st_size
    times = []
    for _ in range(5):
        page = checks.browser.open(path)
        times.append(use.opening_milliseconds(page))
        page.close()
    checks.check("kept features: size and time to open", size <= 3_000_000 and min(times) <= 1000,
                 f"{size:,} bytes of 3,000,000, {min(times):.0f} ms")
    page = checks.browser.open(path)
    epochs = page.evaluate("lockstepPage.report.history.epochs")
    checks.check("kept features: every epoch has a frame", epochs == list(range(31)), str(epochs))
    limit = page.evaluate("lockstepPage.network.limit")
    at_end, painted = page.evaluate(SHEET), page.evaluate(PAINTED)
    numbers = [number for number, _ in at_end]
    for epoch in (0, 4, 29):
        move(page, epoch)
        weights = kept_weights(run, epoch)
        shown = page.evaluate(SHEET)
        wrong = sum(levels != [level(weight, limit) for weight in weights[number]] for number, levels in shown)
        checks.check(f"kept features: epoch {epoch} is what the run kept, in the sheet's order",
                     not wrong and [number for number, _ in shown] == numbers, f"{wrong} of {len(shown)} units differ")
        checks.check(f"kept features: epoch {epoch} is painted", page.evaluate(PAINTED) != painted)
    page.click(".units button")
    same = page.evaluate(
        "String(document.querySelector('.unit-panel canvas').indices)"
        " === String(document.querySelector('.units canvas').indices)")
    checks.check("kept features: a chosen unit is shown at the same epoch", same)
    move(page, len(epochs) - 1)
    checks.check("kept features: the last frame is the sheet",
                 page.evaluate(SHEET) == at_end and page.evaluate(PAINTED) == painted)
    # What the run kept last is the network of the page, rounded to bfloat16.
    weights = kept_weights(run, 30)
    farthest = max(abs(a - level(b, limit)) for number, levels in at_end for a, b in zip(levels, weights[number]))
    checks.check("kept features: the last frame is what the run kept last", farthest <= 1, f"{farthest} of 127 levels")
    checks.check_quiet("kept features", page)
    page.close()


def check_controls(checks, run):
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    page = checks.browser.open(run / "report.html")
    page.evaluate("document.getElementById('feature-epoch').focus()")
    spoken = lambda: page.evaluate("document.getElementById('feature-epoch').getAttribute('aria-valuetext') ?? ''")
    page.press("Home", "Home", 36)
    checks.check("kept features: Home goes to the start",
                 epoch_shown(page) == 0 and "before the first step" in spoken(), spoken())
    page.press("ArrowRight", "ArrowRight", 39)
    page.press("ArrowRight", "ArrowRight", 39)
    wanted = f"test accuracy {100 * log[1]['test_accuracy']:.2f} %"
    checks.check("kept features: arrow keys move and tell the epoch",
                 epoch_shown(page) == 2 and "epoch 2, training loss" in spoken() and wanted in spoken(), spoken())
    # The browser of the checks asks for reduced motion.
    page.click("#play-features")
    page.evaluate("new Promise((done) => setTimeout(done, 1200))")
    checks.check("kept features: with reduced motion, a press is one epoch", epoch_shown(page) == 3,
                 f"epoch {epoch_shown(page)}")
    page.set_media(reduced_motion=False)
    button = lambda: page.evaluate("document.getElementById('play-features').textContent")
    page.wait_for("document.getElementById('play-features').textContent === 'Play'")
    page.click("#play-features")
    page.wait_for("Number(document.getElementById('feature-epoch').value) >= 6")
    playing = button()
    page.click("#play-features")
    stopped = epoch_shown(page)
    page.evaluate("new Promise((done) => setTimeout(done, 1200))")
    checks.check("kept features: plays and pauses",
                 (playing, button(), epoch_shown(page)) == ("Pause", "Play", stopped), f"epoch {stopped}")
    move(page, 28)
    page.click("#play-features")
    page.wait_for("document.getElementById('play-features').textContent === 'Play'")
    end = epoch_shown(page)
    page.click("#play-features")
    page.wait_for("document.querySelector('.units').classList.contains('past')")
    started = epoch_shown(page)
    checks.check("kept features: stops at the end, then plays from the start", end == 30 and started < 10,
                 f"epoch {end}, then {started}")
    page.set_media(reduced_motion=True)
    page.wait_for("document.getElementById('play-features').textContent === 'Next epoch'")
    stopped = epoch_shown(page)
    page.evaluate("new Promise((done) => setTimeout(done, 1200))")
    checks.check("kept features: reduced motion stops what plays", epoch_shown(page) == stopped)
    checks.check("kept features: controls without errors", not page.complaints(), "; ".join(page.complaints()[:2]))
    page.close()


def check_reading(checks, run):
    for dark in (False, True):
        page = checks.browser.open(run / "report.html", dark=dark)
        move(page, 3)
        contrast, text = reading.lowest_contrast(page)
        checks.check(f"kept features, {'dark' if dark else 'light'}: contrast at least 4.5", contrast >= 4.5,
                     f"{contrast:.2f} {text}")
        before = page.evaluate(PAINTED)
        page.click("#theme")
        checks.check("kept features: an earlier epoch is painted anew in the other theme",
                     page.evaluate(PAINTED) != before and epoch_shown(page) == 3)
        checks.check("kept features: all has a name", not reading.nameless(page), " ".join(reading.nameless(page)))
        page.close()
    for width in (390, 320):
        page = checks.browser.open(run / "report.html", width=width, height=700, scale=2, mobile=True)
        move(page, 3)
        small = reading.small_targets(page)
        checks.check(f"kept features, {width} pixels: as wide as the window, controls to touch",
                     reading.overflow(page) <= 0 and not small,
                     f"{reading.overflow(page)} pixels over, {', '.join(small[:4])}")
        left, top, wide, high = page.box("#feature-epoch")
        page.draw_with_finger([(left + wide * 0.9, top + high / 2)])
        page.next_frames()
        checks.check(f"kept features, {width} pixels: a finger moves the slider", epoch_shown(page) > 20,
                     f"epoch {epoch_shown(page)}")
        page.close()
    page = checks.browser.open(run / "report.html")
    page.set_media(paper=True)
    hidden = page.evaluate("!document.getElementById('feature-epoch').checkVisibility()"
                           " && document.querySelector('.history output').checkVisibility()")
    checks.check("kept features: paper has the epoch and no controls", hidden)
    page.close()


def check_wide_layers(checks):
    run = checks.train("kept wide layers", "--hidden", "512,512", "--features-every", 1)
    path = run / "report.html"
    size = path.stat().st_size
    times = []
    for _ in range(5):
        page = checks.browser.open(path)
        times.append(use.opening_milliseconds(page))
        page.close()
    checks.check("kept features of 784-512-512-10: size and time to open", size <= 6_000_000 and min(times) <= 1000,
                 f"{size:,} bytes of 6,000,000, {min(times):.0f} ms")
    page = checks.browser.open(path)
    epochs = page.evaluate("lockstepPage.report.history.epochs")
    note = page.evaluate("document.querySelector('.history-note').textContent")
    checks.check("kept features of 784-512-512-10: says what it holds",
                 epochs[0] == 0 and epochs[-1] == 30 and 12 <= len(epochs) < 31 and "160 units" in note
                 and f"{len(epochs)} of the 31 epochs that the run kept" in note, note)
    move(page, 2)
    page.click("#features .more")
    sheet = page.evaluate(SHEET)
    limit = page.evaluate("lockstepPage.network.limit")
    weights = kept_weights(run, epochs[2])
    right = all(levels == [level(weight, limit) for weight in weights[number]] for number, levels in sheet[:160])
    hidden = page.evaluate("[...document.querySelectorAll('.units canvas')].map((canvas) =>"
                           " getComputedStyle(canvas).visibility === 'hidden')")
    checks.check("kept features of 784-512-512-10: 160 units as kept, the others without a picture",
                 right and len(sheet) == 512 and hidden == [False] * 160 + [True] * 352)
    move(page, len(epochs) - 1)
    checks.check("kept features of 784-512-512-10: at the end, all units",
                 page.evaluate("[...document.querySelectorAll('.units canvas')].every((canvas) =>"
                               " getComputedStyle(canvas).visibility === 'visible')"))
    checks.check_quiet("kept features of 784-512-512-10", page)
    page.close()
