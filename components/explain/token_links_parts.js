// What token_links.js is made of: nodes, numbers and geometry. Joined with it at load.

const SVG = "http://www.w3.org/2000/svg";
const FAINT = 0.12; // weaker links than this share of the strongest get no curve

function element(tag, className = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  return node;
}

function svg(tag, className, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  node.setAttribute("class", className);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function bold(text, className) {
  const node = element("b", className);
  node.textContent = text;
  return node;
}

function quoted(text) {
  const node = element("b");
  const word = element("bdi");
  word.textContent = text.length > 24 ? `${text.slice(0, 23)}…` : text;
  node.append("“", word, "”");
  return node;
}

function percent(share) {
  if (share > 0 && share < 0.0005) return "under 0.1%";
  return `${(share * 100).toFixed(1)}%`;
}

function placeOf(target) {
  const chip = target instanceof Element ? target.closest(".tl-chip") : null;
  return chip ? { side: chip.dataset.side, index: Number(chip.dataset.index) } : null;
}

const samePlace = (a, b) => a === b || Boolean(a && b && a.side === b.side && a.index === b.index);
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const sum = (values) => values.reduce((total, value) => total + (value ?? 0), 0);
const mean = (values) => (values.length ? sum(values) / values.length : 0);

// The largest share among words; special tokens would drown them, so they set no scale.
function strongest(row, special) {
  return row.reduce((best, share, index) => (special[index] ? best : Math.max(best, share ?? 0)), 0);
}

function links(row, scale) {
  return row
    .map((share, index) => ({ index, share: share ?? 0, weight: scale > 0 ? Math.min(1, (share ?? 0) / scale) : 0 }))
    .filter((link) => link.weight >= FAINT)
    .sort((a, b) => b.share - a.share || a.index - b.index);
}

// -1 above the window, 0 within it, 1 below it: by the middle of the box.
function inside(box, window) {
  const middle = (box.top + box.bottom) / 2;
  if (middle < window.top) return -1;
  return middle > window.bottom ? 1 : 0;
}

function verticalNeighbour(nodes, index, down) {
  const here = nodes[index].getBoundingClientRect();
  const middle = (here.left + here.right) / 2;
  const order = down ? nodes.keys() : [...nodes.keys()].reverse();
  let line = null;
  let best = null;
  for (const candidate of order) {
    const box = nodes[candidate].getBoundingClientRect();
    const beyond = down ? box.top >= here.bottom : box.bottom <= here.top;
    if (!beyond) continue;
    line ??= box;
    if (Math.abs(box.top - line.top) > here.height / 2) break;
    const distance = Math.abs((box.left + box.right) / 2 - middle);
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best ? best.candidate : index;
}

function curve(source, end, origin, target, weight) {
  const down = target === "document";
  const x1 = (source.left + source.right) / 2 - origin.left;
  const x2 = (end.left + end.right) / 2 - origin.left;
  const y1 = (down ? source.bottom : source.top) - origin.top;
  const y2 = (down ? end.top : end.bottom) - origin.top;
  const bend = Math.max(18, Math.abs(y2 - y1) * 0.5) * (down ? 1 : -1);
  const path = svg("path", "tl-curve", {
    d: `M ${x1} ${y1} C ${x1} ${y1 + bend}, ${x2} ${y2 - bend}, ${x2} ${y2}`,
    "stroke-width": (1 + 3.2 * weight).toFixed(2),
    "stroke-opacity": (0.16 + 0.6 * weight).toFixed(2),
  });
  const dot = svg("circle", "tl-dot", { cx: x2, cy: y2, r: (1.8 + 1.8 * weight).toFixed(2) });
  return [path, dot];
}

// A share in a pill beside its word, as large as its letters are; left out where it would cover
// another.
function badge(layer, end, origin, window, target, share, placed) {
  const text = percent(share);
  const letters = parseFloat(getComputedStyle(layer).fontSize);
  const [width, height] = [(text.length * 0.61 + 0.87) * letters, 1.4 * letters];
  const limit = origin.width - width / 2 - 1;
  const x = clamp((end.left + end.right) / 2 - origin.left, width / 2 + 1, limit);
  const away = height / 2 + 1;
  const y = target === "document" ? end.bottom - origin.top + away : end.top - origin.top - away - 1;
  if (target === "document" && y + origin.top + height / 2 > window.bottom + 4) return;
  const box = { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  const covers = (other) =>
    box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
  if (placed.some(covers)) return;
  placed.push(box);
  const group = svg("g", "tl-badge");
  const label = svg("text", "", { x, y });
  label.textContent = text;
  group.append(svg("rect", "", { x: box.left, y: box.top, width, height, rx: height / 2 }), label);
  layer.append(group);
}
