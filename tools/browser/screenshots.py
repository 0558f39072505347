"""Pictures of the page: desktop, phone, dark, paper."""

import shutil
import subprocess

import drawings


def take_screenshots(checks, run, folder):
    """Writes four pictures, each of at most 150 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    path = run / "report.html"
    seven = next(d for d in drawings.drawings() if d["digit"] == 7 and "bar" in d["words"])
    settings = {
        "desktop": dict(width=1280, height=1180),
        "dark": dict(width=1280, height=1180, dark=True),
        "phone": dict(width=390, height=844, scale=2, mobile=True),
    }
    for name, options in settings.items():
        page = checks.browser.open(path, **options)
        drawings.draw(page, seven, finger=options.get("mobile", False))
        target = {"desktop": "document.body", "dark": "document.getElementById('confusions')",
                  "phone": "document.getElementById('draw-tools')"}[name]
        page.evaluate(f"{target}.scrollIntoView({{block: 'start'}})")
        page.evaluate("document.activeElement.blur()")
        page.call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 0, "y": 0})
        page.next_frames(6)
        page.screenshot(folder / f"{name}.webp")
        page.close()
    page = checks.browser.open(path)
    pdf = checks.folder / "paper.pdf"
    page.pdf(pdf)
    page.close()
    if shutil.which("pdftoppm"):
        subprocess.run(["pdftoppm", "-r", "64", "-f", "2", "-l", "2", "-singlefile", "-png", pdf,
                        folder / "paper"], check=True)
    for picture in sorted(folder.glob("*.webp")) + sorted(folder.glob("*.png")):
        size = picture.stat().st_size
        checks.check(f"screenshot {picture.name}", size <= 150_000, f"{size:,} bytes")
