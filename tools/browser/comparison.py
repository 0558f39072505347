"""The page of runs side by side."""

import json
import re

import reading
import use


def check_page(checks, *runs):
    """Opens the page of two runs as a reader would."""
    other = checks.train("another", "--epochs", 12, "--hidden", "32", "--validation", 0.1)
    path = checks.folder / "comparison.html"
    checks.lockstep("compare", runs[0], other, "--html", path)
    page = checks.browser.open(path)
    checks.check("comparison: opens in a second", use.opening_milliseconds(page) <= 1000,
                 f"{use.opening_milliseconds(page):.0f} ms, {path.stat().st_size:,} bytes")
    checks.check("comparison: forbids all connections",
                 "default-src 'none'" in page.evaluate("document.querySelector('meta[http-equiv]').content"))
    checks.check("comparison: no path of the machine", str(checks.folder) not in path.read_text())
    checks.check("comparison: everything has a name", not reading.nameless(page), " ".join(reading.nameless(page)))
    checks.check("comparison: headings follow in order", not reading.heading_faults(page),
                 "; ".join(reading.heading_faults(page)))
    labels = page.evaluate("[...document.querySelectorAll('#curves svg')].map((node) => node.getAttribute('aria-label') ?? '')")
    checks.check("comparison: begins at the last epoch that both runs have",
                 epoch_read(page) == 12 and not any("–" in text for text in values_read(page)), str(epoch_read(page)))
    checks.check("comparison: each chart says its curves in words",
                 len(labels) == 2 and all("another from" in label and "default from" in label for label in labels),
                 labels[0])
    check_values(checks, page, runs[0], other)
    checks.check_quiet("comparison", page)
    page.close()
    check_themes(checks, path)
    check_phone(checks, path)
    check_paper(checks, path)
    many = checks.folder / "many.html"
    checks.lockstep("compare", *([runs[0], other] * 5), "--html", many)
    page = checks.browser.open(many)
    styles = page.evaluate(
        "[...document.querySelectorAll('#curves svg')[0].querySelectorAll('path.line')].map((node) => {"
        " const s = getComputedStyle(node); return s.stroke + s.strokeDasharray; })")
    checks.check("comparison of ten runs: each curve has a look of its own", len(set(styles)) == len(styles) == 10,
                 f"{len(set(styles))} of {len(styles)}")
    checks.check_quiet("comparison of ten runs", page)
    page.close()


def epoch_read(page):
    return int(page.evaluate("document.querySelector('.reader output').textContent").split()[0])


def values_read(page):
    """What the keys of both charts say."""
    return page.evaluate("[...document.querySelectorAll('#curves .key')].map((node) => node.textContent)")


def check_values(checks, page, first, second):
    logs = [[json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()] for run in (first, second)]
    left, top, width, height = page.box("#curves svg")
    page.call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": left + width * 0.3, "y": top + height / 2})
    page.next_frames()
    epoch = epoch_read(page)
    one, other = (log[min(epoch, len(log)) - 1] for log in logs)
    wanted = [
        ("default", one["test_loss"], 1), ("default in training", one["train_loss"], 1),
        ("another", other["validation_loss"], 1), ("another in training", other["train_loss"], 1),
        ("default", one["test_accuracy"], 100), ("default in training", one["train_accuracy"], 100),
        ("another", other["validation_accuracy"], 100), ("another in training", other["train_accuracy"], 100),
    ]
    read = [match.groups() for text in values_read(page) if (match := re.fullmatch(r"(.*) ([\d.]+)( %)?", text))]
    right = len(read) == len(wanted) and all(
        name == words and abs(float(value) - factor * logged) <= max(5e-3 * factor / 100, 1e-3 * logged)
        and (unit is None) == (factor == 1)
        for (name, value, unit), (words, logged, factor) in zip(read, wanted))
    checks.check("comparison: the pointer reads the logs' values", 5 <= epoch < 12 and right,
                 f"epoch {epoch}: {'; '.join(values_read(page)[:2])}")
    page.evaluate("document.getElementById('epoch').focus()")
    page.press("End", "End", 35)
    spoken = page.evaluate("document.getElementById('epoch').getAttribute('aria-valuetext') ?? ''")
    checks.check("comparison: keys read, also past a run's end",
                 epoch_read(page) == 30 and "another –" in spoken and re.search(r"default \d", spoken), spoken)


def check_themes(checks, path):
    for dark in (False, True):
        page = checks.browser.open(path, dark=dark)
        for turn in ("", ", switched"):
            theme = ("dark" if dark != bool(turn) else "light") + turn
            contrast, text = reading.lowest_contrast(page)
            checks.check(f"comparison, {theme}: contrast of text at least 4.5", contrast >= 4.5, f"{contrast:.2f} {text}")
            page.evaluate("document.querySelector('#curves').insertAdjacentHTML('beforeend', "
                          "[0, 1, 2, 3, 4, 5, 6].map((n) => `<i class=\"sample run-${n}\" "
                          "style=\"color: var(--series)\"></i>`).join(''))")
            colors = page.evaluate(
                "[document.body, ...document.querySelectorAll('.sample')].map((node, index) =>"
                " getComputedStyle(node)[index ? 'color' : 'backgroundColor'])")
            page.evaluate("document.querySelectorAll('.sample').forEach((node) => node.remove())")
            background, *curves = [
                reading.luminance([int(value) for value in re.findall(r"\d+", color)[:3]]) for color in colors]
            lowest = min((max(background, curve) + 0.05) / (min(background, curve) + 0.05) for curve in curves)
            checks.check(f"comparison, {theme}: contrast of the curves at least 3", lowest >= 3, f"{lowest:.2f}")
            before = page.evaluate("getComputedStyle(document.body).backgroundColor")
            page.click("#theme")
            after = page.evaluate("getComputedStyle(document.body).backgroundColor")
            checks.check(f"comparison, {theme}: the button changes the theme", before != after, f"{before} to {after}")
        page.close()


def check_phone(checks, path):
    for width in (390, 320):
        page = checks.browser.open(path, width=width, height=800, scale=2, mobile=True)
        left, top, wide, high = page.box("#curves svg")
        page.draw_with_finger([(left + wide * 0.4, top + high / 2), (left + wide * 0.75, top + high / 2)])
        page.next_frames()
        checks.check(f"comparison, {width} pixels: as wide as the window, a finger reads",
                     reading.overflow(page) <= 0 and 19 <= epoch_read(page) <= 25,
                     f"{reading.overflow(page)} pixels over, epoch {epoch_read(page)}")
        small = reading.small_targets(page)
        checks.check(f"comparison, {width} pixels: controls are at least 24 pixels", not small, ", ".join(small))
        page.close()


def check_paper(checks, path):
    page = checks.browser.open(path, dark=True)
    page.set_media(dark=True, paper=True)
    contrast, text = reading.lowest_contrast(page)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    checks.check("comparison: paper is light", contrast >= 4.5 and background == "rgb(255, 255, 255)",
                 f"{contrast:.2f} {text}")
    page.close()
