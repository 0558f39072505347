"""What people need to read a page: contrast, names, an order of headings, room to touch."""

# Walks over all text and gives for each piece the color it has and the one behind it, blended.
COLORS = """
(() => {
  const parse = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith('color(srgb') ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1]
      : [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(node.tagName)) continue;
    if (!node.checkVisibility() || node.closest('[disabled], .skip, .hidden')) continue;
    const style = getComputedStyle(node);
    const below = behind(node);
    const color = parse(node instanceof SVGElement ? style.fill : style.color);
    const key = [over(color, below), below].map((c) => c.slice(0, 3).map(Math.round).join()).join('/');
    if (!found.has(key)) found.set(key, text.data.trim().slice(0, 40));
  }
  return [...found];
})()
"""


def luminance(color):
    """The relative luminance of WCAG 2."""
    parts = [value / 255 for value in color]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lowest_contrast(page):
    """The lowest contrast of a text and what is behind it, with the text."""
    worst = (21.0, "")
    for colors, text in page.evaluate(COLORS):
        pair = [luminance([int(value) for value in color.split(",")]) for color in colors.split("/")]
        contrast = (max(pair) + 0.05) / (min(pair) + 0.05)
        worst = min(worst, (contrast, f"{text!r} {colors}"))
    return worst


def nameless(page):
    """Controls, pictures and regions that a screen reader has no name for."""
    roles = {"button", "slider", "link", "image", "img", "region", "navigation", "textbox"}
    found = []
    for node in page.call("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        if not node.get("ignored") and role in roles and not node.get("name", {}).get("value", "").strip():
            found.append(role)
    return found


def heading_faults(page):
    """Places where a heading is deeper than one below the heading before."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter((node) => node.checkVisibility())"
        ".map((node) => [Number(node.tagName[1]), node.textContent])")
    faults = [text for (before, _), (level, text) in zip(levels, levels[1:]) if level > before + 1]
    return faults if levels and levels[0][0] == 1 else ["the first heading is no h1"] + faults


def small_targets(page, least=24):
    """Controls that are less than so many pixels high or wide."""
    return page.evaluate(
        "[...document.querySelectorAll('button, input, summary, nav a')].filter((node) => node.checkVisibility())"
        ".map((node) => [node.textContent || node.id, node.getBoundingClientRect()])"
        f".filter(([, box]) => box.width < {least} || box.height < {least}).map(([text]) => text)")


def overflow(page):
    """How many pixels the page is wider than its window. A phone's `innerWidth` grows with the page."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
