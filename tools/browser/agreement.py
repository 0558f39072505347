"""The page against the command: the same pixels, the same probabilities; and how often drawn digits
are read right."""

import gzip

import drawings
from checks import DIGITS

# The largest difference of a probability. The page adds in double precision what the command adds in
# single: 784 products and 128 more differ by some units of 2⁻²⁴ each, and a probability by at most a
# quarter of its weighted sum's difference.
TOLERANCE = 1e-5
# The same for weights of 11 significant bits: each product is off by up to 2⁻¹¹ of itself, and the
# errors of many products nearly cancel.
ROUNDED_TOLERANCE = 2 ** -11


def test_digits(count):
    content = gzip.decompress((DIGITS / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    return [content[index * 784:(index + 1) * 784] for index in range(count)]


def compared(checks, page, run, images, size=(28, 28)):
    """The largest difference of a probability over images that are prepared already, and whether both
    name the same classes."""
    folder = checks.folder / f"digits-{len(images)}"
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{index:04}.png" for index in range(len(images))]
    for path, pixels in zip(paths, images):
        drawings.write_png(path, *size, pixels)
    reports = checks.predictions(run / "model.safetensors", paths)
    names = page.evaluate("lockstepPage.report.classNames")
    expected = [[report["probabilities"][name] for name in names] for report in reports]
    largest, same = 0.0, True
    for start in range(0, len(images), 200):
        found = page.evaluate(
            "%s.map((digit) => lockstepPage.run(lockstepPage.network, digit).probabilities)"
            % [list(image) for image in images[start:start + 200]])
        for one, other in zip(found, expected[start:]):
            largest = max([largest] + [abs(a - b) for a, b in zip(one, other)])
            same = same and one.index(max(one)) == other.index(max(other))
    return largest, same


def check_probabilities(checks, run):
    page = checks.browser.open(run / "report.html")
    largest, same = compared(checks, page, run, test_digits(1000))
    checks.check("probabilities as predict's, 1,000 test digits", same and largest <= TOLERANCE,
                 f"largest difference {largest:.1e}, bound {TOLERANCE:.0e}")
    sprite = page.evaluate("lockstepPage.pictures.slice(0, 1000).every((picture, index) => "
                           "picture.pixels.length === 784) && lockstepPage.pictures.length")
    first = page.evaluate("[...lockstepPage.pictures[999].pixels]")
    checks.check("the page's test images are those of the data",
                 sprite == 1000 and bytes(first) == test_digits(1000)[999])
    page.close()


def check_other_networks(checks):
    networks = {
        "two layers of gelu": ("--hidden", "40,30", "--activation", "gelu"),
        "softplus": ("--activation", "softplus", "--hidden", 30),
        "tanh, logistic cross-entropy": (
            "--activation", "tanh", "--hidden", 30, "--loss", "logistic-cross-entropy"),
        "logistic, squared error": (
            "--activation", "logistic", "--hidden", 30, "--loss", "squared-error",
            "--output-activation", "logistic"),
        "threshold": ("--activation", "threshold", "--hidden", 30),
        "linear": ("--hidden", 0),
        "linear, squared error": ("--hidden", 0, "--loss", "squared-error", "--learning-rate", 0.01),
    }
    for name, options in networks.items():
        run = checks.train(name, *options, "--epochs", 2)
        page = checks.browser.open(run / "report.html")
        largest, same = compared(checks, page, run, test_digits(100))
        page.click("#test-digit")
        page.next_frames()
        votes = page.evaluate("document.getElementById('voters').textContent.length > 40")
        checks.check(f"{name}: probabilities as predict's",
                     same and largest <= TOLERANCE and votes and not page.complaints(),
                     f"100 digits, largest difference {largest:.1e}")
        page.close()


def check_rounded_weights(checks):
    """A network that is so large that its weights have two bytes in the page."""
    run = checks.train("1,200,000 weights", "--hidden", 1500, "--epochs", 1)
    page = checks.browser.open(run / "report.html")
    rounded = page.evaluate("lockstepPage.report.network.encoding")
    largest, same = compared(checks, page, run, test_digits(100))
    size = (run / "report.html").stat().st_size
    checks.check("weights of two bytes: probabilities near predict's",
                 rounded == "float16" and same and largest <= ROUNDED_TOLERANCE,
                 f"100 digits, largest difference {largest:.1e}, {size:,} bytes")
    page.close()


def check_preparation(checks, run):
    """Drawn digits, and what cameras would make of them, come out as `predict --show` has them."""
    page = checks.browser.open(run / "report.html")
    pictures = []
    for index, drawing in enumerate(drawings.drawings()):
        drawings.draw(page, drawing)
        height, width, pixels = drawings.drawn_picture(page)
        pictures.append((height, width, pixels))
        pictures += [drawings.as_photographed(height, width, pixels, 3 * index + turn) for turn in range(3)]
    page.close()
    shown, folder = checks.folder / "shown", checks.folder / "drawn"
    folder.mkdir()
    paths = [folder / f"{index:03}.png" for index in range(len(pictures))]
    for path, drawing in zip(paths, pictures):
        drawings.write_png(path, *drawing)
    page = checks.browser.open(run / "report.html")
    checks.lockstep(
        "predict", run / "model.safetensors", *paths, "--show", shown, statuses=(0, 65))
    same, refused = 0, 0
    for number, (path, drawing) in enumerate(zip(paths, pictures), 1):
        seen = shown / f"{number}-{path.stem}.png"
        expected = drawings.read_png(seen) if seen.exists() else None
        found = drawings.prepared(page, *drawing)
        same += found == expected
        refused += expected is None
    checks.check("pictures prepared as predict prepares them, to the bit", same == len(pictures),
                 f"{same} of {len(pictures)}, {refused} of them refused by both")
    page.close()


def check_drawings(checks, run):
    """At least 90 % of the drawn digits are read right."""
    page = checks.browser.open(run / "report.html")
    right, missed, drawn = 0, [], drawings.drawings()
    for drawing in drawn:
        answer = drawings.draw(page, drawing)
        if answer == str(drawing["digit"]):
            right += 1
        else:
            missed.append(f"a {drawing['digit']} ({drawing['words']}) as {answer}")
    checks.check("drawn digits read right, full MNIST", right >= 0.9 * len(drawn),
                 f"{right} of {len(drawn)}" + "".join(f"; {miss}" for miss in missed))
    checks.check_quiet("full MNIST", page)
    page.close()
