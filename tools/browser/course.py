"""The page of the course."""

import json
import shlex

import reading
import use

PROJECTOR = {"width": 1280, "height": 720}


def check_page(checks, screenshots=None):
    """Writes the page of the course and uses it as a teacher and a student would."""
    path = checks.folder / "course.html"
    checks.lockstep("lecture", "--html", path)
    topics = json.loads(checks.lockstep("lecture", "--json"))
    page = checks.browser.open(path, **PROJECTOR)
    size, milliseconds = path.stat().st_size, use.opening_milliseconds(page)
    checks.check("course: size and time to open", size <= 16_000_000 and milliseconds <= 2000,
                 f"{size:,} bytes of 16,000,000, {milliseconds:.0f} ms of 2,000")
    checks.check("course: forbids all connections",
                 "default-src 'none'" in page.evaluate("document.querySelector('meta[http-equiv]').content"))
    checks.check("course: no path of the machine", str(checks.folder) not in path.read_text())
    check_topics(checks, page, topics)
    check_sliders(checks, page)
    check_keys(checks, page)
    checks.check_quiet("course", page)
    page.close()
    check_projector(checks, path)
    check_reading(checks, path)
    check_phone(checks, path)
    check_paper(checks, path)
    if screenshots:
        take_screenshots(checks, path, screenshots)


def take_screenshots(checks, path, folder):
    """Writes three pictures: as projected, dark, and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, topic, value, options in (
            ("projector", "a3", 6, PROJECTOR), ("dark", "d2", 3, dict(PROJECTOR, dark=True)),
            ("phone", "c9", 6, dict(width=390, height=844, scale=2, mobile=True))):
        page = checks.browser.open(path, **options)
        turn(page, topic, value)
        target = f"#{topic} .drawing" if name == "phone" else f"#{topic}"
        page.evaluate(f"document.querySelector('{target}').scrollIntoView({{ behavior: 'instant' }})")
        page.next_frames()
        picture = folder / f"{name}.webp"
        page.screenshot(picture)
        page.close()
        size = picture.stat().st_size
        checks.check(f"screenshot {folder.name}/{picture.name}", size <= 150_000, f"{size:,} bytes")


def check_topics(checks, page, topics):
    shown = page.evaluate("""
        [...document.querySelectorAll('.topic')].map((topic) => {
          const part = (selector) => topic.querySelector(selector);
          return {
            number: topic.id.toUpperCase(), title: part('h2').textContent,
            formula: part('.formula math')?.getBoundingClientRect().height ?? 0,
            pictures: topic.querySelectorAll('.drawing svg').length,
            claims: [...topic.querySelectorAll('.claims > li')].map((claim) => claim.className),
            question: part('.predict p').textContent.length, answer: part('.predict details p').textContent.length,
            isOpen: part('.predict details').open, exercise: part('.exercise').textContent,
            command: part('figcaption').textContent,
          };
        })""")
    checks.check("course: all topics in their order",
                 [(topic["number"], topic["title"]) for topic in shown]
                 == [(topic["number"], topic["title"]) for topic in topics], f"{len(shown)} topics")
    for name, lacks in {
            "a formula": lambda topic: topic["formula"] < 10,
            "a picture": lambda topic: topic["pictures"] == 0,
            "claims that hold": lambda topic: not topic["claims"] or set(topic["claims"]) != {"holds"},
            "a question with a folded answer": lambda topic: topic["question"] < 40 or topic["answer"] < 20 or topic["isOpen"],
            "an exercise with its command": lambda topic: "lockstep " not in topic["exercise"],
            "the command below its picture": lambda topic: not topic["command"].startswith(
                f"lockstep lecture {topic['number'].lower()}")}.items():
        without = [topic["number"] for topic in shown if lacks(topic)]
        checks.check(f"course: each topic has {name}", not without, " ".join(without))


def turn(page, topic, value):
    """Moves the slider of a topic, and gives what is shown then."""
    return page.evaluate(f"""(() => {{
        const topic = document.getElementById('{topic}');
        const input = topic.querySelector('.turn input');
        input.value = {value};
        input.dispatchEvent(new Event('input', {{ bubbles: true }}));
        return {{
          command: topic.querySelector('figcaption').textContent, value: topic.querySelector('.turn output').textContent,
          spoken: input.getAttribute('aria-valuetext'), option: topic.querySelector('.turn label').textContent,
          picture: topic.querySelector('.drawing').innerHTML,
          claims: [...topic.querySelectorAll('.claims > li')].map((claim) => [claim.className, claim.textContent]),
        }};
    }})()""")


def check_sliders(checks, page):
    sliders = page.evaluate(
        "[...document.querySelectorAll('.turn:not([hidden]) input')].map((node) => [node.closest('.topic').id, Number(node.max)])")
    same, failing, unnamed = [], [], []
    for topic, count in sliders:
        course = turn(page, topic, 0)
        before = course
        for index in range(1, count + 1):
            run = turn(page, topic, index)
            place = f"{topic} {run['value']}"
            if run["picture"] == before["picture"]:
                same.append(place)
            if any(kind == "fails" for kind, _ in run["claims"]):
                failing.append(place)
            if run["value"] != run["spoken"] or run["value"] not in shlex.split(run["command"]):
                unnamed.append(place)
            before = run
        if turn(page, topic, 0)["picture"] != course["picture"]:
            same.append(f"{topic}: not back to the course's")
    checks.check("course: sliders where the eye learns most",
                 {"a3", "a4", "a6", "a7", "b2", "c9", "c5", "c7", "c10", "d2"} <= {topic for topic, _ in sliders},
                 " ".join(topic for topic, _ in sliders))
    checks.check("course: every value has a picture of its own", not same, ", ".join(same[:4]))
    checks.check("course: no claim fails where a parameter is turned", not failing, ", ".join(failing[:4]))
    checks.check("course: each run names its value and its command", not unnamed, ", ".join(unnamed[:4]))
    # Measured times differ, and so would the claims that tell them.
    for topic, count in [slider for slider in sliders if slider[0] != "a6"][::3]:
        run = turn(page, topic, count)
        program, *arguments = shlex.split(run["command"])
        again = json.loads(checks.lockstep(*arguments, "--json"))
        words = " ".join(text for _, text in run["claims"]).replace("_", "")
        lost = [claim["found"] for claim in again["claims"] if claim["found"].replace("_", "") not in words]
        checks.check(f"course: {program} {' '.join(arguments)} finds the same again", not lost, "; ".join(lost[:2]))
        turn(page, topic, 0)


def check_keys(checks, page):
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    places = []
    for key in "nnp":
        page.press(key, f"Key{key.upper()}", ord(key.upper()), key)
        page.next_frames()
        places.append(page.evaluate("location.hash"))
    checks.check("course: n and p go through the topics", places == ["#a1", "#a2", "#a1"], " ".join(places))
    page.press("a", "KeyA", ord("A"), "a")
    checks.check("course: a opens the answer", page.evaluate("document.querySelector('#a1 .predict details').open"))
    page.evaluate("document.querySelector('#a3 .turn input').focus()")
    page.press("ArrowRight", "ArrowRight", 39)
    value = page.evaluate("document.querySelector('#a3 .turn output').textContent")
    checks.check("course: arrow keys turn a slider", value != "as in the course", value)
    page.set_media(reduced_motion=True)
    page.click("#a3 .play")
    page.wait_for("document.querySelector('#a3 .turn input').value === document.querySelector('#a3 .turn input').max")
    page.wait_for("document.querySelector('#a3 .play').textContent === 'Play'")
    checks.check("course: play goes through the values and ends", True)


def check_projector(checks, path):
    page = checks.browser.open(path, **PROJECTOR)
    below = page.evaluate("""
        [...document.querySelectorAll('.topic')].filter((topic) => {
          topic.scrollIntoView({ behavior: 'instant' });
          const last = topic.querySelector('.turn:not([hidden])') ?? topic.querySelector('.drawing');
          return last.getBoundingClientRect().bottom > innerHeight
            || topic.querySelector('.predict summary').getBoundingClientRect().bottom > innerHeight;
        }).map((topic) => topic.id)""")
    checks.check("course: question, picture and slider of each topic fit 1280 × 720", not below, " ".join(below))
    page.close()


def check_reading(checks, path):
    for dark in (False, True):
        theme = "dark" if dark else "light"
        page = checks.browser.open(path, dark=dark, **PROJECTOR)
        page.evaluate("document.querySelectorAll('details').forEach((node) => node.open = true)")
        contrast, text = reading.lowest_contrast(page)
        checks.check(f"course, {theme}: contrast of text at least 4.5", contrast >= 4.5, f"{contrast:.2f} {text}")
        page.close()
    page = checks.browser.open(path, **PROJECTOR)
    checks.check("course: everything has a name", not reading.nameless(page), " ".join(reading.nameless(page)))
    checks.check("course: headings follow in order", not reading.heading_faults(page),
                 "; ".join(reading.heading_faults(page)))
    page.close()


def check_phone(checks, path):
    for width in (390, 320):
        page = checks.browser.open(path, width=width, height=844, scale=2, mobile=True)
        page.evaluate("document.querySelectorAll('details').forEach((node) => node.open = true)")
        checks.check(f"course, {width} pixels: as wide as its window", reading.overflow(page) <= 0,
                     f"{reading.overflow(page)} pixels over")
        small = reading.small_targets(page)
        checks.check(f"course, {width} pixels: controls are at least 24 pixels", not small, ", ".join(small[:4]))
        page.close()


def check_paper(checks, path):
    page = checks.browser.open(path, dark=True, **PROJECTOR)
    page.set_media(dark=True, paper=True)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    hidden = page.evaluate("!document.querySelector('.turn').checkVisibility()")
    checks.check("course, paper: light from the dark theme, without controls",
                 background == "rgb(255, 255, 255)" and hidden, background)
    page.close()
