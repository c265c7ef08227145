// Boxes of a picture: backgrounds, borders, rings and hatching of HTML as shapes of SVG.

const SIDES = ["Top", "Right", "Bottom", "Left"];

function drawBox(picture, into, rect, style) {
  if (rect.width <= 0 || rect.height <= 0) return;
  const shape = roundedShape(rect, style, 0);
  const back = picture.paint(style.backgroundColor);
  if (back.alpha) fillShape(picture, into, shape, back);
  for (const gradient of gradientsOf(style.backgroundImage)) {
    const part = imageRect(rect, style);
    const paint = gradientPaint(picture, gradient, part);
    if (!paint) continue;
    const inside = part === rect ? shape : { ...shape, width: part.width, height: part.height };
    fillShape(picture, into, inside, { colour: paint, opacity: "1" });
  }
  drawShadows(picture, into, rect, style);
  drawBorders(picture, into, rect, style);
  if (style.outlineStyle !== "none" && style.outlineStyle !== "auto" && parseFloat(style.outlineWidth) > 0) {
    const width = parseFloat(style.outlineWidth);
    ring(picture, into, rect, style, parseFloat(style.outlineOffset) + width / 2, width, style.outlineColor);
  }
}

function fillShape(picture, into, shape, { colour, opacity }) {
  const { x, y, width, height, radius } = shape;
  picture.add(into, "rect", {
    x: rounded(x - picture.left), y: rounded(y - picture.top), width: rounded(width), height: rounded(height),
    rx: radius ? rounded(radius) : null, fill: colour, "fill-opacity": opacity,
  });
}

// The rect, `out` pixels larger on every side, with the radius of its top left corner.
function roundedShape(rect, style, out) {
  const [width, height] = [rect.width + 2 * out, rect.height + 2 * out];
  const given = style.borderTopLeftRadius;
  const size = given.endsWith("%") ? (parseFloat(given) / 100) * Math.min(rect.width, rect.height) : parseFloat(given);
  const even = style.borderBottomRightRadius === given && style.borderTopRightRadius === given;
  const radius = even && size > 0 ? Math.max(0, Math.min(size + out, width / 2, height / 2)) : 0;
  return { x: rect.left - out, y: rect.top - out, width, height, radius };
}

function ring(picture, into, rect, style, out, width, colour) {
  const paint = picture.paint(colour);
  const { x, y, width: w, height: h, radius } = roundedShape(rect, style, out);
  if (!paint.alpha || w <= 0 || h <= 0) return;
  picture.add(into, "rect", {
    x: rounded(x - picture.left), y: rounded(y - picture.top), width: rounded(w), height: rounded(h),
    rx: radius ? rounded(radius) : null, fill: "none",
    stroke: paint.colour, "stroke-opacity": paint.opacity, "stroke-width": rounded(width),
  });
}

function drawBorders(picture, into, rect, style) {
  const sides = SIDES.map((side) => ({
    width: parseFloat(style[`border${side}Width`]), kind: style[`border${side}Style`], colour: style[`border${side}Color`],
  }));
  const seen = sides.map((side) => side.width > 0 && !["none", "hidden"].includes(side.kind) && picture.paint(side.colour).alpha > 0);
  if (!seen.some(Boolean)) return;
  const [first] = sides;
  const even = seen.every(Boolean) && sides.every((s) => s.width === first.width && s.kind === first.kind && s.colour === first.colour);
  if (even) {
    ring(picture, into, rect, style, -first.width / 2, first.width, first.colour);
    if (first.kind !== "solid") dash(into.lastElementChild, first);
    return;
  }
  const { left, top, right, bottom } = rect;
  sides.forEach((side, index) => {
    if (!seen[index]) return;
    const half = side.width / 2;
    const [x1, y1, x2, y2] = [
      [left, top + half, right, top + half], [right - half, top, right - half, bottom],
      [left, bottom - half, right, bottom - half], [left + half, top, left + half, bottom],
    ][index];
    const paint = picture.paint(side.colour);
    const line = picture.add(into, "line", {
      x1: rounded(x1 - picture.left), y1: rounded(y1 - picture.top), x2: rounded(x2 - picture.left), y2: rounded(y2 - picture.top),
      stroke: paint.colour, "stroke-opacity": paint.opacity, "stroke-width": rounded(side.width),
    });
    if (side.kind !== "solid") dash(line, side);
  });
}

function dash(shape, { width, kind }) {
  const on = kind === "dotted" ? width : 2 * width;
  shape.setAttribute("stroke-dasharray", `${rounded(on)} ${rounded(kind === "dotted" ? width : 1.5 * width)}`);
}

// Rings and bars that a view draws as shadows; a soft shadow is no part of a picture.
function drawShadows(picture, into, rect, style) {
  if (style.boxShadow === "none") return;
  for (const shadow of topLevel(style.boxShadow)) {
    const colour = shadow.match(/^[a-z-]+\([^)]*\)|^#\w+|^[a-z]+(?= )/)?.[0] ?? "";
    const [x = 0, y = 0, blur = 0, spread = 0] = [...shadow.slice(colour.length).matchAll(/-?[\d.]+(?=px)/g)].map(Number);
    const inset = shadow.includes("inset");
    if (blur) continue;
    if (x === 0 && y === 0) ring(picture, into, rect, style, (inset ? -1 : 1) * (spread / 2), spread, colour);
    else if (inset) {
      const bar = x
        ? new DOMRect(x > 0 ? rect.left : rect.right + x, rect.top, Math.abs(x), rect.height)
        : new DOMRect(rect.left, y > 0 ? rect.top : rect.bottom + y, rect.width, Math.abs(y));
      const paint = picture.paint(colour);
      if (paint.alpha) fillShape(picture, into, { x: bar.x, y: bar.y, width: bar.width, height: bar.height, radius: 0 }, paint);
    }
  }
}

// The parts of a CSS list, split at its commas outside of brackets.
function topLevel(list) {
  const parts = [""];
  let depth = 0;
  for (const letter of list) {
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

// Where a background is drawn that fills a part of its box, from the box's left upper corner.
function imageRect(rect, style) {
  if (style.backgroundRepeat !== "no-repeat" || style.backgroundSize === "auto") return rect;
  const [width, height] = style.backgroundSize.split(/\s+/).map((size, axis) => {
    const whole = axis ? rect.height : rect.width;
    return size.endsWith("%") ? (whole * parseFloat(size)) / 100 : parseFloat(size) || whole;
  });
  return new DOMRect(rect.left, rect.top, width, height ?? rect.height);
}

function gradientsOf(image) {
  return topLevel(image).filter((part) => /^(repeating-)?linear-gradient\(/.test(part)).reverse();
}

// CSS's linear gradient as the reference of SVG's; null for one that cannot be read.
function gradientPaint(picture, gradient, rect) {
  const repeats = gradient.startsWith("repeating-");
  const inside = topLevel(gradient.slice(gradient.indexOf("(") + 1, gradient.lastIndexOf(")")));
  const words = /^(to |-?[\d.]+deg)/.test(inside[0]) ? inside.shift() : "180deg";
  const names = { "to top": 0, "to right": 90, "to bottom": 180, "to left": 270 };
  const angle = ((names[words] ?? parseFloat(words)) * Math.PI) / 180;
  if (Number.isNaN(angle)) return null;
  const [dx, dy] = [Math.sin(angle), -Math.cos(angle)];
  const length = Math.abs(rect.width * dx) + Math.abs(rect.height * dy);
  const stops = inside.flatMap((stop) => {
    const places = [...stop.matchAll(/(-?[\d.]+)(px|%)(?=\s|$)/g)].map(([, size, unit]) => (unit === "%" ? (parseFloat(size) / 100) * length : parseFloat(size)));
    const colour = stop.replace(/(\s+-?[\d.]+(px|%))+$/, "");
    return (places.length ? places : [null]).map((place) => ({ colour, place }));
  });
  if (stops.length < 2) return null;
  stops[0].place ??= 0;
  stops.at(-1).place ??= length;
  stops.forEach((stop, index) => {
    if (stop.place !== null) return;
    const next = stops.findIndex((each, later) => later > index && each.place !== null);
    const from = stops[index - 1].place;
    stop.place = from + (stops[next].place - from) / (next - index + 1);
  });
  const whole = repeats ? stops.at(-1).place : length;
  if (!(whole > 0)) return null;
  const x = rect.left - picture.left + rect.width / 2 - (dx * length) / 2;
  const y = rect.top - picture.top + rect.height / 2 - (dy * length) / 2;
  const id = picture.newId("g");
  const element = picture.add(picture.defs, "linearGradient", {
    id, gradientUnits: "userSpaceOnUse", spreadMethod: repeats ? "repeat" : "pad",
    x1: rounded(x), y1: rounded(y), x2: rounded(x + dx * whole), y2: rounded(y + dy * whole),
  });
  stops.forEach(({ colour, place }, index) => {
    // what is clear has its neighbour's colour, or the way there would turn grey
    const clear = rgba(colour)[3] === 0;
    const beside = stops[index - 1] && stops[index - 1].place === place ? stops[index + 1] : (stops[index + 1] ?? stops[index - 1]);
    const paint = clear ? { ...picture.paint((beside ?? stops[index - 1]).colour), opacity: "0" } : picture.paint(colour);
    picture.add(element, "stop", { offset: String(Math.round(10_000 * Math.min(1, Math.max(0, place / whole))) / 10_000), "stop-color": paint.colour, "stop-opacity": paint.opacity });
  });
  return `url(#${id})`;
}
