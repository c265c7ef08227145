// A picture of what stands on screen: HTML boxes and texts, and the SVG among them, as one SVG.
// Nothing but shapes and text is taken over: no script, no link, no style sheet, no address.

const SVG_NAME = "http://www.w3.org/2000/svg";
const SHAPES = new Set([
  "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "use", "symbol",
  "defs", "clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient", "stop",
]);
const GEOMETRY = new Set([
  "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height", "points", "transform",
  "id", "viewBox", "preserveAspectRatio", "clipPathUnits", "patternUnits", "patternContentUnits", "patternTransform",
  "gradientUnits", "gradientTransform", "spreadMethod", "offset", "markerWidth", "markerHeight", "markerUnits", "orient",
  "refX", "refY", "maskUnits", "maskContentUnits", "pathLength", "rotate",
]);
const LOOK = {
  "fill-rule": "nonzero", "stroke-width": "1px", "stroke-dasharray": "none", "stroke-dashoffset": "0px", "stroke-linecap": "butt",
  "stroke-linejoin": "miter", "text-anchor": "start", "dominant-baseline": "auto", "vector-effect": "none", opacity: "1",
};
const PAINTS = ["fill", "stroke"];
const REFERENCES = ["clip-path", "mask", "marker-start", "marker-mid", "marker-end"];
const LEFT_OUT = ".modebar-container, .hoverlayer, .notifier, .no-picture, details:not([open]), script, style, option, iframe";

class Picture {
  constructor(lightened) {
    this.lightened = lightened;
    this.root = document.createElementNS(SVG_NAME, "svg");
    this.defs = this.add(this.root, "defs", {});
    this.count = 0;
    this.bitmaps = [];
    this.later = [];
  }

  add(into, tag, attributes) {
    const element = document.createElementNS(SVG_NAME, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && !(name.endsWith("-opacity") && value === "1")) element.setAttribute(name, value);
    }
    into.append(element);
    return element;
  }

  newId(letter) {
    this.count += 1;
    return `${letter}${this.count}`;
  }

  paint(colour) {
    const [red, green, blue, alpha] = this.lightened.of(rgba(colour));
    return { colour: hex([red, green, blue]), opacity: rounded(alpha), alpha };
  }

  // Draw `element` and all within it; `left` and `top` of the picture are those of its rect.
  draw(element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    Object.assign(this, { left, top, width, height });
    this.walk(element, this.root);
    // what lies above comes last, the lowest first
    for (let next = this.takeLater(); next; next = this.takeLater()) this.walk(next.element, next.into, true);
  }

  takeLater() {
    this.later.sort((one, other) => one.level - other.level);
    return this.later.shift();
  }

  walk(element, into, now = false) {
    if (element.matches(LEFT_OUT) || !element.checkVisibility({ visibilityProperty: true })) return;
    const style = getComputedStyle(element);
    const rect = element.getBoundingClientRect();
    if (style.opacity === "0" || style.clipPath.startsWith("inset(50%")) return;
    const level = style.position === "static" ? 0 : Number(style.zIndex) || 0;
    if (level > 0 && !now) {
      this.later.push({ element, into: this.add(this.root, "g", this.clipOf(into)), level });
      return;
    }
    const group = Number(style.opacity) < 1 ? this.add(into, "g", { opacity: style.opacity }) : into;
    if (element.localName === "svg") return this.takeSvg(element, group);
    if (element.localName === "canvas") return this.takeBitmap(group, element.toDataURL(), rect);
    if (style.display !== "contents") drawBox(this, group, rect, style);
    this.pseudo(element, "::before", group, rect, style);
    if (element.matches("input, textarea, select")) this.takeField(element, group, rect, style);
    const inside = this.clipped(element, group, rect, style);
    for (const child of (element.shadowRoot ?? element).childNodes) this.child(child, element, inside, style);
    this.pseudo(element, "::after", group, rect, style);
  }

  child(child, element, into, style) {
    if (child.localName === "slot") for (const each of child.assignedElements()) this.walk(each, into);
    else if (child.nodeType === Node.ELEMENT_NODE) this.walk(child, into);
    else if (child.nodeType === Node.TEXT_NODE && child.data.trim()) {
      const turn = turned(element, style);
      for (const { text, rect } of linesOf(child)) drawLine(this, into, text, rect, style, turn);
    }
  }

  clipOf(group) {
    const clip = group.closest("[clip-path]");
    return { "clip-path": clip ? clip.getAttribute("clip-path") : null };
  }

  // A scrolled or cut box shows what it shows on screen.
  clipped(element, into, rect, style) {
    const cuts = [style.overflowX, style.overflowY].some((way) => way !== "visible");
    const more = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (!cuts || !more || style.display === "inline") return into;
    const id = this.newId("c");
    const clip = this.add(this.defs, "clipPath", { id });
    const [left, top] = [rect.left + parseFloat(style.borderLeftWidth), rect.top + parseFloat(style.borderTopWidth)];
    const around = into.closest("[clip-path]")?.getAttribute("clip-path");
    if (around) clip.setAttribute("clip-path", around);
    this.add(clip, "rect", { x: rounded(left - this.left), y: rounded(top - this.top), width: element.clientWidth, height: element.clientHeight });
    return this.add(into, "g", { "clip-path": `url(#${id})` });
  }

  // ::before and ::after have no rect of their own: it follows from their box's used lengths.
  pseudo(element, which, into, rect, parent) {
    const style = getComputedStyle(element, which);
    if (["none", "normal"].includes(style.content) || style.display === "none") return;
    const words = style.content.match(/^"(.*)"$/s)?.[1] ?? "";
    const [width, height] = [parseFloat(style.width), parseFloat(style.height)];
    let [x, y] = [rect.left + parseFloat(parent.paddingLeft), rect.top + (rect.height - (height || 0)) / 2];
    if (style.position === "absolute") {
      let frame = element;
      while (frame.parentElement && getComputedStyle(frame).position === "static") frame = frame.parentElement;
      const [around, borders] = [frame.getBoundingClientRect(), getComputedStyle(frame)];
      x = around.left + parseFloat(borders.borderLeftWidth) + parseFloat(style.left);
      y = around.top + parseFloat(borders.borderTopWidth) + parseFloat(style.top);
    } else if (which === "::after" && element.lastElementChild === null && element.firstChild) {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(element);
      x = range.getBoundingClientRect().right;
    }
    if ([x, y, width, height].every(Number.isFinite)) drawBox(this, into, new DOMRect(x, y, outer(style, width, "Left", "Right"), outer(style, height, "Top", "Bottom")), style);
    if (!words.trim()) return;
    const font = letters(style);
    measuring.font = `${font.slant} ${font.weight} ${font.size}px ${font.family}`;
    const thick = Number.isFinite(height) ? height : rect.height;
    drawLine(this, into, words, new DOMRect(x, Number.isFinite(y) ? y : rect.top, measuring.measureText(words).width, thick), style);
  }

  takeField(element, into, rect, style) {
    const words = element.localName === "select" ? element.selectedOptions[0]?.text : element.value || element.placeholder;
    if (["checkbox", "radio", "range", "hidden"].includes(element.type) || !words) return;
    const font = letters(style);
    const [left, top] = [rect.left + parseFloat(style.paddingLeft), rect.top + parseFloat(style.paddingTop)];
    const step = parseFloat(style.lineHeight) || 1.3 * font.size;
    wrapped(words, font, rect.right - left - parseFloat(style.paddingRight)).forEach((text, line) => {
      drawLine(this, into, text, new DOMRect(left, top + line * step, measuring.measureText(text).width, step), style);
    });
  }

  takeBitmap(into, address, { left, top, width, height }) {
    const image = this.add(into, "image", {
      x: rounded(left - this.left), y: rounded(top - this.top), width: rounded(width), height: rounded(height), preserveAspectRatio: "none",
    });
    this.bitmaps.push([image, address]);
  }

  takeSvg(svg, into) {
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const style = getComputedStyle(svg);
    const rect = svg.getBoundingClientRect();
    const outer = style.overflow === "visible" ? into : this.clipTo(into, rect);
    const group = this.add(outer, "g", {
      transform: `matrix(${[matrix.a, matrix.b, matrix.c, matrix.d, matrix.e - this.left, matrix.f - this.top].map(rounded).join(" ")})`,
    });
    const ids = this.ids ??= new Map();
    for (const each of svg.querySelectorAll("[id]")) if (!ids.has(each.id)) ids.set(each.id, this.newId("i"));
    for (const child of svg.children) this.takeShape(child, group);
  }

  clipTo(into, rect) {
    const id = this.newId("c");
    const clip = this.add(this.defs, "clipPath", { id });
    this.add(clip, "rect", { x: rounded(rect.left - this.left), y: rounded(rect.top - this.top), width: rounded(rect.width), height: rounded(rect.height) });
    return this.add(into, "g", { "clip-path": `url(#${id})` });
  }

  takeShape(shape, into) {
    const tag = shape.localName === "a" ? "g" : shape.localName;
    if (!SHAPES.has(tag) || shape.matches(LEFT_OUT)) return;
    const style = getComputedStyle(shape);
    const defined = ["defs", "clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient", "stop", "symbol"].includes(tag);
    if (style.display === "none" && !defined) return;
    if (style.visibility === "hidden" && !shape.firstElementChild) return;
    const copy = document.createElementNS(SVG_NAME, tag);
    for (const { name, value } of shape.attributes) if (GEOMETRY.has(name)) copy.setAttribute(name, xmlText(value));
    if (shape.id) copy.setAttribute("id", this.ids.get(shape.id) ?? this.newId("i"));
    this.look(shape, copy, style, tag);
    into.append(copy);
    if (tag === "image") this.bitmaps.push([copy, shape.getAttribute("href") ?? shape.getAttribute("xlink:href") ?? ""]);
    if (tag === "use") copy.setAttribute("href", this.local(shape.getAttribute("href") ?? shape.getAttribute("xlink:href")));
    for (const child of shape.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE) this.takeShape(child, copy);
      else if (child.nodeType === Node.TEXT_NODE && (tag === "text" || tag === "tspan")) copy.append(xmlText(child.data));
    }
  }

  look(shape, copy, style, tag) {
    if (["g", "defs", "clipPath", "text"].includes(tag)) this.pass(copy, style, ["opacity"]);
    if (tag === "stop") {
      const { colour, opacity } = this.paint(style.stopColor);
      copy.setAttribute("stop-color", colour);
      copy.setAttribute("stop-opacity", rounded(Number(opacity) * Number(style.stopOpacity)));
    }
    for (const name of REFERENCES) {
      const address = style.getPropertyValue(name);
      if (address.includes("#")) copy.setAttribute(name, `url(${this.local(address)})`);
    }
    if (!copy.hasAttribute("transform") && style.transform !== "none") copy.setAttribute("transform", style.transform);
    if (["g", "defs", "clipPath", "stop", "image", "use"].includes(tag)) return;
    for (const name of PAINTS) {
      const value = style.getPropertyValue(name);
      if (value === "none") copy.setAttribute(name, "none");
      else if (value.startsWith("url(")) copy.setAttribute(name, `url(${this.local(value)})`);
      else {
        const { colour, opacity } = this.paint(value);
        copy.setAttribute(name, colour);
        const share = rounded(Number(opacity) * Number(style.getPropertyValue(`${name}-opacity`)));
        if (share !== "1") copy.setAttribute(`${name}-opacity`, share);
      }
    }
    if (copy.getAttribute("stroke") === "none") copy.removeAttribute("stroke");
    this.pass(copy, style, Object.keys(LOOK));
    if (tag === "text" || tag === "tspan") this.letterShape(shape, copy, style);
  }

  pass(copy, style, names) {
    for (const name of names) {
      const value = style.getPropertyValue(name);
      if (value && value !== LOOK[name]) copy.setAttribute(name, value.replace(/px/g, ""));
    }
  }

  letterShape(shape, copy, style) {
    const font = letters(style);
    const width = shape.firstElementChild === null ? shape.getComputedTextLength() : 0;
    setLetters(copy, font, fitted(shape.textContent, font, width));
  }

  local(address) {
    const id = address.match(/#([^"')]+)/)?.[1] ?? "";
    return `#${this.ids.get(id) ?? "none"}`;
  }

  // The bitmaps within, each as a PNG of its own; what is no picture of this page is left out.
  async settle() {
    for (const [image, address] of this.bitmaps) {
      if (address.startsWith("data:image/") || address.startsWith("blob:")) {
        image.setAttribute("href", await lightBitmap(address, this.lightened));
      } else image.remove();
    }
  }
}

function outer(style, length, before, after) {
  if (style.boxSizing === "border-box") return length;
  return length + ["padding", "border"].reduce((sum, kind) => {
    const end = kind === "border" ? "Width" : "";
    return sum + parseFloat(style[`${kind}${before}${end}`]) + parseFloat(style[`${kind}${after}${end}`]);
  }, 0);
}
