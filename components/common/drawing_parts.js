// Small parts that several pictures are drawn from, first in their modules (see browser_view.py).
// Texts are hostile: they only ever become text nodes.

const SVG = "http://www.w3.org/2000/svg";

function node(tag, name, ...inside) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...inside);
  return element;
}

function svgNode(tag, name, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  if (name) element.setAttribute("class", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function button(name, text, act) {
  const element = node("button", name, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

function signed(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

function percent(share) {
  if (share > 0 && share < 0.0095) return `${(100 * share).toFixed(1)}%`;
  return `${Math.round(100 * share)}%`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// A table whose first row and first column are headings.
function table(caption, head, rows) {
  const element = node("table");
  element.append(node("caption", "", caption));
  const line = node("tr");
  for (const text of head) {
    const cell = node(text ? "th" : "td", "", text);
    if (text) cell.scope = "col";
    line.append(cell);
  }
  element.append(node("thead", "", line));
  const body = node("tbody");
  for (const [name, ...cells] of rows) {
    const heading = node("th", "", name);
    heading.scope = "row";
    body.append(node("tr", "", heading, ...cells.map((cell) => cell instanceof Node ? cell : node("td", "", cell))));
  }
  element.append(body);
  return element;
}

// What is unfolded is built when it is first opened; it scrolls by keyboard too.
function unfolded(title, build) {
  const details = node("details", "more", node("summary", "", title));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const box = node("div", "scrolled", build());
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", title);
    details.append(box);
  });
  return details;
}
