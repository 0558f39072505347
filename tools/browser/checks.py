"""The record of checks, and the runs that they are made on."""

import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LOCKSTEP = ROOT / ".build/release/lockstep"
DIGITS = ROOT / "datasets/mnist-5k"


class Checks:
    """Prints each check and keeps those that fail."""

    def __init__(self, browser, folder):
        self.browser = browser
        self.folder = folder
        self.failures = []

    def check(self, name, passes, text=""):
        print(f"{name:<58} {text}{'' if passes else '  FAILED'}", flush=True)
        if not passes:
            self.failures.append(name)

    def check_quiet(self, name, page):
        """That a page complained of nothing and asked for nothing."""
        self.check(f"{name}: no error in the console", not page.complaints(), "; ".join(page.complaints()[:2]))
        self.check(f"{name}: no request", not page.requests(), " ".join(page.requests()[:2]))

    def lockstep(self, *arguments, statuses=(0,)):
        run = subprocess.run([LOCKSTEP, *map(str, arguments)], capture_output=True, text=True)
        if run.returncode not in statuses:
            raise SystemExit(
                f"lockstep {' '.join(map(str, arguments))}: status {run.returncode}\n{run.stderr}")
        return run.stdout

    def train(self, name, *options, statuses=(0,)):
        """The folder of a run with these options, by default on the embedded digits."""
        folder = self.folder / name.replace(" ", "-")
        data = () if "--data" in options else ("--data", DIGITS)
        self.lockstep("train", "--quiet", "--output", folder, *data, *options, statuses=statuses)
        return folder

    def predictions(self, model, pictures):
        """What `predict` says of pictures, which may hold no digit."""
        return json.loads(
            self.lockstep("predict", model, *pictures, "--json", statuses=(0, 65)))
