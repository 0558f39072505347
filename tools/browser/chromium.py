"""Headless Chromium, driven by its DevTools protocol over a pipe: no package, no port."""

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


class BrowserError(Exception):
    """What the browser says is wrong, or a wait that had no end."""


def find_browser():
    """The path of a Chromium on this machine; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A Chromium process without windows. Messages are JSON, each ended by a zero byte."""

    def __init__(self):
        program = find_browser()
        if program is None:
            raise BrowserError("no Chromium here: apt-get install chromium")
        self._profile = tempfile.mkdtemp(prefix="check-pages-")
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        # The browser reads from descriptor 3 and writes to 4; the copies keep clear of both.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]
        os.close(to_browser)
        os.close(from_browser)

        def take_ends():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self._process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
             "--font-render-hinting=none", f"--user-data-dir={self._profile}", "about:blank"],
            preexec_fn=take_ends, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in ends:
            os.close(end)
        self._buffer = b""
        self._number = 0
        self._answers = {}
        self.events = []

    def send(self, method, params=None, session=None, timeout=120):
        """Calls a method of the protocol and returns its result."""
        return self.result(self.post(method, params, session), method, timeout)

    def post(self, method, params=None, session=None):
        """Calls a method without waiting for its end; the number is for `result`."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data):]
        return number

    def result(self, number, method, timeout=120):
        """Waits for the end of a call and returns its result."""
        end = time.monotonic() + timeout
        while number not in self._answers:
            self._receive(end - time.monotonic(), method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _receive(self, seconds, what):
        if seconds <= 0 or not select.select([self._from], [], [], seconds)[0]:
            raise BrowserError(f"{what}: no answer")
        data = os.read(self._from, 1 << 20)
        if not data:
            raise BrowserError(f"{what}: the browser has ended")
        *messages, self._buffer = (self._buffer + data).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self.events.append(message)

    def open(self, path, **settings):
        """Opens a file in a new page."""
        return Page(self, path, **settings)

    def close(self):
        with contextlib.suppress(BrowserError, OSError):
            self.send("Browser.close", timeout=5)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._profile, ignore_errors=True)


class Page:
    """A page of the browser, with all it asked for and complained of."""

    def __init__(self, browser, path, width=1280, height=900, scale=1, mobile=False, dark=False):
        self.browser = browser
        target = browser.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._target = target
        self._session = browser.send(
            "Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile})
        if mobile:
            self.call("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
        self.set_media(dark=dark)
        self._first_event = len(browser.events)
        self.address = "file://" + os.path.abspath(path)
        self.call("Page.navigate", {"url": self.address})
        self.wait_for("document.documentElement?.dataset.ready === 'yes'")

    def call(self, method, params=None):
        return self.browser.send(method, params, self._session)

    def call_in_turn(self, method, calls):
        """Calls a method with each of some parameters, without a pause between them."""
        numbers = [self.browser.post(method, params, self._session) for params in calls]
        for number in numbers:
            self.browser.result(number, method)

    def evaluate(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        result = self.call("Runtime.evaluate", {
            "expression": expression, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def wait_for(self, expression, seconds=20):
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise BrowserError(f"not within {seconds} s: {expression}; {self.complaints()}")
            time.sleep(0.02)

    def set_media(self, dark=False, reduced_motion=True, paper=False):
        self.call("Emulation.setEmulatedMedia", {
            "media": "print" if paper else "",
            "features": [
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"},
            ]})

    def _events(self):
        return [event for event in self.browser.events[self._first_event:]
                if event.get("sessionId") == self._session]

    def complaints(self):
        """Errors, warnings and exceptions of the page."""
        found = []
        for event in self._events():
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                found.append(details.get("exception", {}).get("description", details["text"]))
            elif event["method"] == "Log.entryAdded":
                found.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled":
                found.append(f"console.{params['type']}")
        return found

    def requests(self):
        """The addresses that the page asked for, beside its own and those in it."""
        asked = [event["params"]["request"]["url"] for event in self._events()
                 if event["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if url != self.address and not url.startswith(("data:", "blob:"))]

    def box(self, selector):
        """Left, top, width and height of an element after scrolling to it."""
        return self.evaluate(
            "(() => { const node = document.querySelector(%s); node.scrollIntoView({block: 'center'});"
            " const b = node.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()"
            % json.dumps(selector))

    def click(self, selector):
        left, top, width, height = self.box(selector)
        self.draw_with_mouse([(left + width / 2, top + height / 2)])

    def draw_with_mouse(self, points):
        """A stroke through points of the window with the left button."""
        events = [("mousePressed", 1, points[0])]
        events += [("mouseMoved", 1, point) for point in points[1:]]
        events += [("mouseReleased", 0, points[-1])]
        self.call_in_turn("Input.dispatchMouseEvent", [
            {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1}
            for kind, buttons, (x, y) in events])

    def draw_with_finger(self, points):
        """A stroke through points of the window with a finger."""
        events = [("touchMove" if index else "touchStart", [{"x": x, "y": y}])
                  for index, (x, y) in enumerate(points)]
        self.call_in_turn("Input.dispatchTouchEvent", [
            {"type": kind, "touchPoints": touches} for kind, touches in events + [("touchEnd", [])]])

    def press(self, key, code, number, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", {
                "type": kind, "key": key, "code": code, "text": text if kind == "keyDown" else "",
                "windowsVirtualKeyCode": number})

    def next_frames(self, count=3):
        self.evaluate(
            "new Promise((done) => { let left = %d; const next = () => left-- ? "
            "requestAnimationFrame(next) : done(true); next(); })" % count)

    def screenshot(self, path):
        """Writes what the window shows as a picture of the kind that the name says, as .webp."""
        result = self.call("Page.captureScreenshot", {"format": path.suffix[1:], "quality": 88})
        path.write_bytes(base64.b64decode(result["data"]))

    def pdf(self, path):
        result = self.call("Page.printToPDF", {
            "printBackground": True, "preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69})
        path.write_bytes(base64.b64decode(result["data"]))

    def close(self):
        self.browser.send("Target.closeTarget", {"targetId": self._target})
