// Small parts of a lesson, after those of drawing_parts.js: its words, its texts, its animations.

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

// A sentence of the lesson's language with its values filled in: "{n} of {all}".
function say(words, name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, value) => (value in values ? String(values[value]) : whole));
}

function grouped(value, decimals) {
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

// A number of a column as a person reads it.
function figure(column, value) {
  if (column.format === "percent") return percent(value);
  if (column.format === "time") return timeOf(value, column.days);
  if (column.format === "signed") return signed(value, column.decimals);
  return grouped(value, column.format === "large" && value % 1 && Math.abs(value) < 10 ? 2 : column.decimals);
}

function timeOf(seconds, days) {
  const units = [[86400, days], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"]];
  const [size, unit] = units.find(([each]) => seconds >= each) || units[units.length - 1];
  const many = seconds / size;
  return `${grouped(many, many < 10 ? 1 : 0)} ${unit}`;
}

// The words of a step; those with a light are buttons that light the picture up.
class LessonText {
  constructor(light) {
    this.light = light; // called with targets, or null for those of the step
  }

  begin() {
    this.lamps = 0;
  }

  blocks(blocks) {
    return blocks.map((block) => {
      if (block.kind !== "list") return node("p", "", ...this.runs(block.items[0]));
      return node("ul", "", ...block.items.map((item) => node("li", "", ...this.runs(item))));
    });
  }

  runs(runs) {
    return runs.map((run) => {
      let made = document.createTextNode(run.text);
      if (run.light) made = this.lamp(run);
      if (run.emphasis) made = node("em", "", made);
      return run.bold ? node("strong", "", made) : made;
    });
  }

  lamp(run) {
    const made = node("button", "lamp", run.text);
    made.type = "button";
    this.lamps += 1;
    made.dataset.focus = `lamp ${this.lamps}`;
    const on = () => this.light([run.light]);
    const off = () => this.light(null);
    made.addEventListener("pointerenter", on);
    made.addEventListener("pointerleave", off);
    made.addEventListener("focus", on);
    made.addEventListener("blur", off);
    made.addEventListener("click", on);
    return made;
  }
}

// What a part of the picture is, for the lights: "row:care", "column:bm25", "query".
function lightable(element, ...targets) {
  element.classList.add("lightable");
  element.lights = targets;
  return element;
}

function lightUp(root, targets) {
  const on = Boolean(targets && targets.length);
  root.classList.toggle("dim", on);
  for (const each of root.querySelectorAll(".lightable")) {
    each.classList.toggle("lit", on && each.lights.some((target) => targets.includes(target)));
  }
}

// Where each of these stands now, to let it move from there once they are drawn anew.
function placesOf(root, selector) {
  const places = new Map();
  for (const each of root.querySelectorAll(selector)) places.set(each.dataset.key, each.getBoundingClientRect());
  return places;
}

function moveFrom(places, root, selector, { delay = 0, duration = 650 } = {}) {
  if (CALM.matches) return;
  [...root.querySelectorAll(selector)].forEach((each, number) => {
    const before = places.get(each.dataset.key);
    if (!before) return;
    const now = each.getBoundingClientRect();
    const [x, y] = [before.left - now.left, before.top - now.top];
    if (Math.abs(x) < 1 && Math.abs(y) < 1) return;
    each.animate(
      [{ transform: `translate(${x}px, ${y}px)`, zIndex: 2 }, { transform: "none", zIndex: 2 }],
      { duration, delay: delay + 40 * number, easing: "cubic-bezier(.3,.9,.3,1)", fill: "backwards" },
    );
  });
}

function growBar(bar, delay) {
  if (CALM.matches) return;
  bar.animate([{ transform: "scaleX(0)" }, { transform: "none" }],
    { duration: 700, delay, easing: "cubic-bezier(.2,.8,.2,1)", fill: "backwards" });
}

function comeIn(element, delay) {
  if (CALM.matches) return;
  element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 350, delay, fill: "backwards" });
}
