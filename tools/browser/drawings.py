"""Digits drawn by hand-placed points, and pictures of them as a camera or a scanner would see them."""

import base64
import json
import pathlib
import random
import struct
import zlib

STROKES = pathlib.Path(__file__).with_name("strokes.json")


def drawings():
    """The digits of strokes.json: their class, words about them, the pen's width in 256ths of the
    board, and strokes of points from 0 to 1 across it."""
    return json.loads(STROKES.read_text())


def draw(page, drawing, finger=False):
    """Draws a digit on the board of the page with synthetic events; what the page answers."""
    page.evaluate("document.getElementById('clear').click()")
    page.evaluate(
        "(() => { const pen = document.getElementById('pen'); pen.value = %d;"
        " pen.dispatchEvent(new Event('input', {bubbles: true})); })()" % drawing["width"])
    left, top, width, height = page.box("#board")
    for stroke in drawing["strokes"]:
        points = [(left + x * width, top + y * height) for x, y in stroke]
        (page.draw_with_finger if finger else page.draw_with_mouse)(points)
    page.next_frames()
    return answer(page)


def answer(page):
    """The class that the page names; None where it sees no digit."""
    return page.evaluate(
        "(() => { const latest = lockstepPage.drawing.latest();"
        " return latest && lockstepPage.report.classNames[latest.classIndex]; })()")


def drawn_picture(page):
    """The picture of the strokes on the board: height, width and bytes."""
    return picture(page, "lockstepPage.pictureOfStrokes(lockstepPage.drawing.strokes(), "
                         "lockstepPage.report.preparation)")


def prepared(page, height, width, pixels):
    """What the page makes of a picture for its network; None where it sees no digit."""
    return picture(
        page, "(() => { const source = lockstepPage.picture(%d, %d, Uint8Array.from(atob('%s'),"
              " (c) => c.charCodeAt(0))); try { return lockstepPage.prepared(source,"
              " lockstepPage.report.preparation); } catch (problem) { return null; } })()"
              % (height, width, base64.b64encode(pixels).decode()))


def picture(page, expression):
    found = page.evaluate(
        "(() => { const made = %s; if (!made) return null; let text = '';"
        " for (const level of made.pixels) text += String.fromCharCode(level);"
        " return [made.height, made.width, btoa(text)]; })()" % expression)
    return found and (found[0], found[1], base64.b64decode(found[2]))


def as_photographed(height, width, pixels, seed):
    """A drawing as another picture: other sizes, light that falls off, grain, ruled lines, gray ink,
    light ink on dark."""
    chance = random.Random(seed)
    factor = chance.choice([0.1, 0.25, 0.5, 0.5, 1, 1, 2])
    new_height, new_width = max(8, int(height * factor)), max(8, int(width * factor))
    paper = chance.uniform(150, 255)
    contrast = chance.uniform(30, paper)
    slope = [chance.uniform(-0.3, 0.3) for _ in range(2)]
    grain = chance.choice([0, 0, 2, 6])
    lines = chance.choice([0, 0, 0, 24])
    is_inverted = chance.random() < 0.3
    result = bytearray()
    for row in range(new_height):
        for column in range(new_width):
            level = pixels[int(row / factor) * width + int(column / factor)]
            light = 1 + slope[0] * (row / new_height - 0.5) + slope[1] * (column / new_width - 0.5)
            value = (paper - contrast * (255 - level) / 255) * light
            if lines and row % (lines * factor) < factor:
                value -= 40
            value += chance.gauss(0, grain) if grain else 0
            value = min(255, max(0, round(value)))
            result.append(255 - value if is_inverted else value)
    return new_height, new_width, bytes(result)


def write_png(path, height, width, pixels):
    """Writes a gray picture."""
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + pixels[row * width:(row + 1) * width] for row in range(height))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def read_png(path):
    """The pixels of a gray picture of eight bits, as Lockstep writes it."""
    content = path.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", content[16:26])
    if (depth, kind) != (8, 0):
        raise ValueError(f"{path}: no gray picture of eight bits")
    packed, place = b"", 8
    while place < len(content):
        length, name = struct.unpack(">I4s", content[place:place + 8])
        if name == b"IDAT":
            packed += content[place + 8:place + 8 + length]
        place += 12 + length
    raw, above, pixels = zlib.decompress(packed), bytearray(width), bytearray()
    for row in range(height):
        method, line = raw[row * (width + 1)], bytearray(raw[row * (width + 1) + 1:(row + 1) * (width + 1)])
        for column in range(width):
            left = line[column - 1] if column else 0
            up, corner = above[column], above[column - 1] if column else 0
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda value: abs(guess - value))
            line[column] = (line[column] + [0, left, up, (left + up) // 2, nearest][method]) % 256
        pixels += line
        above = line
    return height, width, bytes(pixels)
