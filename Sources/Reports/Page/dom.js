// Elements and numbers. Text from the data only ever becomes text nodes and attributes.

/** An element with attributes and children; `on…` attributes are listeners, null ones are left out. */
function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function drawn(name, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

function byID(id) {
  return document.getElementById(id);
}

/** 12345 as 12,345. */
function grouped(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A share as 98.3 %; what only rounding would make a whole is "> 99.9 %". */
function percent(share, decimals = 1) {
  if (!Number.isFinite(share)) return "–";
  const text = (100 * share).toFixed(decimals);
  return share < 1 && Number(text) === 100 ? `> ${(100 - 10 ** -decimals).toFixed(decimals)} %` : `${text} %`;
}

/** A number with its sign, a true minus. */
function signed(value, decimals = 1) {
  const text = Math.abs(value).toFixed(decimals);
  return Number(text) === 0 ? text : (value < 0 ? "−" : "+") + text;
}

/** A number with four significant digits or fewer. */
function short(value) {
  if (!Number.isFinite(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2).replace("-", "−").replace("+", "");
  return value.toFixed(Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size)))));
}

/** "1 image", "2 images". */
function counted(count, noun) {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
