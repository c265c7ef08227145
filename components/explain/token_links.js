// Words of a query and a document, linked by attention. Texts are hostile: they only
// ever become text nodes, never markup.

const MAX_CURVES = 14;
const MAX_BADGES = 4;
const RESTING = 0.55; // shading while nothing is chosen, relative to a chosen row
const DIRECTIONS = { query: "query_to_doc", document: "doc_to_query" };
const OTHER = { query: "document", document: "query" };

const views = new WeakMap(); // a view outlives its data, so that a pin survives a new layer

export default function ({ data, parentElement }) {
  if (!views.has(parentElement)) views.set(parentElement, new LinkView(parentElement));
  const view = views.get(parentElement);
  view.connect();
  view.update(data);
  return () => view.disconnect();
}

class LinkView {
  constructor(parent) {
    this.parent = parent;
    this.pinned = null; // {side, index}
    this.hovered = null;
    this.focused = null;
    this.root = element("div", "tl");
    this.lines = svg("svg", "tl-svg");
    this.badges = svg("svg", "tl-svg tl-badges");
    this.badges.style.zIndex = "2";
    for (const layer of [this.lines, this.badges]) layer.setAttribute("aria-hidden", "true");
    this.caption = element("div", "tl-caption");
    this.caption.setAttribute("role", "status");
    this.caption.setAttribute("aria-live", "polite");
    this.sides = { query: this.buildSide("query"), document: this.buildSide("document") };
    this.above = element("div", "tl-more tl-above");
    this.below = element("div", "tl-more tl-below");
    this.sides.document.box.append(this.above, this.below);
    this.legend = element("div", "tl-legend");
    this.root.append(
      this.lines, this.caption, this.sides.query.box, this.sides.document.box, this.legend, this.badges,
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("click", (event) => this.onClick(event));
    this.resizes = new ResizeObserver(() => this.scheduleLines());
  }

  buildSide(side) {
    const box = element("div", `tl-${side}`);
    const heading = element("div", "tl-heading");
    const chips = element("div", "tl-chips");
    chips.setAttribute("role", "toolbar");
    chips.setAttribute("dir", "auto");
    chips.addEventListener("pointerover", (event) => this.setHover(placeOf(event.target)));
    chips.addEventListener("pointerleave", () => this.setHover(null));
    chips.addEventListener("focusin", (event) => this.setFocus(placeOf(event.target)));
    chips.addEventListener("focusout", () => this.setFocus(null));
    chips.addEventListener("scroll", () => this.scheduleLines(), { passive: true });
    box.append(heading, chips);
    return { box, heading, chips, nodes: [], units: [] };
  }

  connect() {
    if (this.root.parentNode !== this.parent) this.parent.appendChild(this.root);
    this.resizes.observe(this.root);
  }

  disconnect() {
    this.resizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  update(data) {
    const same = this.data && ["query", "document"].every(
      (side) => JSON.stringify(this.data[side]) === JSON.stringify(data[side]),
    );
    this.data = data;
    this.root.style.setProperty("--document-height", `${Number(data.height)}px`);
    if (!same) {
      this.pinned = this.hovered = this.focused = null;
      for (const side of ["query", "document"]) this.fill(side);
      this.sides.document.chips.scrollTop = 0;
    }
    this.writeLegend();
    this.render();
  }

  fill(side) {
    const { chips, heading } = this.sides[side];
    const units = this.data[side];
    const special = this.data[`${side}_special`];
    const count = special.filter((flag) => !flag).length;
    const title = side === "query" ? "Query" : "Document";
    heading.textContent = `${title} · ${count} ${this.data.unit}${count === 1 ? "" : "s"}`;
    chips.setAttribute("aria-label", `${title} words. Arrow keys move, Enter pins, Escape lets go.`);
    const nodes = units.map((unit, index) => {
      const chip = element("span", special[index] ? "tl-chip tl-special" : "tl-chip");
      chip.textContent = unit;
      chip.setAttribute("role", "button");
      chip.setAttribute("dir", "auto");
      chip.setAttribute("aria-pressed", "false");
      chip.tabIndex = index === 0 ? 0 : -1;
      chip.dataset.side = side;
      chip.dataset.index = String(index);
      return chip;
    });
    chips.replaceChildren(...nodes);
    this.sides[side].nodes = nodes;
  }

  // ---- what is chosen ----

  get active() {
    return this.pinned ?? this.hovered ?? this.focused;
  }

  setHover(place) {
    if (samePlace(place, this.hovered)) return;
    this.hovered = place;
    this.render();
  }

  setFocus(place) {
    this.focused = place;
    if (place) {
      for (const node of this.sides[place.side].nodes) node.tabIndex = -1;
      this.nodeAt(place).tabIndex = 0;
    }
    this.render();
  }

  pin(place) {
    this.pinned = samePlace(place, this.pinned) ? null : place;
    this.render();
    if (this.pinned) this.revealStrongest();
  }

  onClick(event) {
    const place = placeOf(event.target);
    if (place) this.pin(place);
    else if (this.pinned) {
      this.pinned = null;
      this.render();
    }
  }

  onKey(event) {
    if (event.key === "Escape" && this.pinned) {
      this.pinned = null;
      this.render();
      event.preventDefault();
      return;
    }
    const place = placeOf(event.target);
    if (!place) return;
    if (event.key === "Enter" || event.key === " ") {
      this.pin(place);
      event.preventDefault();
      return;
    }
    const next = this.neighbour(place, event.key);
    if (next === null) return;
    event.preventDefault();
    this.sides[place.side].nodes[next].focus();
  }

  neighbour(place, key) {
    const { nodes, chips } = this.sides[place.side];
    const rightToLeft = getComputedStyle(chips).direction === "rtl";
    const step = { ArrowRight: rightToLeft ? -1 : 1, ArrowLeft: rightToLeft ? 1 : -1 }[key];
    if (step) return clamp(place.index + step, 0, nodes.length - 1);
    if (key === "Home") return 0;
    if (key === "End") return nodes.length - 1;
    if (key === "ArrowDown" || key === "ArrowUp") return verticalNeighbour(nodes, place.index, key === "ArrowDown");
    return null;
  }

  // ---- what is shown ----

  rowOf(place) {
    return this.data[DIRECTIONS[place.side]][place.index] ?? [];
  }

  restingRow() {
    const rows = this.data.query_to_doc.filter((_, index) => !this.data.query_special[index]);
    return this.data.document.map((_, column) => mean(rows.map((row) => row[column] ?? 0)));
  }

  render() {
    const active = this.active;
    const target = active ? OTHER[active.side] : "document";
    const row = active ? this.rowOf(active) : this.restingRow();
    const scale = strongest(row, this.data[`${target}_special`]);
    this.links = links(row, scale);
    this.root.dataset.direction = active ? DIRECTIONS[active.side] : "query_to_doc";
    this.root.toggleAttribute("data-active", Boolean(active));
    for (const side of ["query", "document"]) {
      this.sides[side].nodes.forEach((node, index) => {
        const here = { side, index };
        const weight = side === target && scale > 0 ? Math.min(1, (row[index] ?? 0) / scale) : 0;
        node.style.setProperty("--w", (active ? weight : weight * RESTING).toFixed(3));
        node.classList.toggle("tl-source", samePlace(here, active));
        node.setAttribute("aria-pressed", String(samePlace(here, this.pinned)));
      });
    }
    this.writeCaption(active, target, row);
    this.scheduleLines();
  }

  writeCaption(active, target, row) {
    const parts = active ? this.describe(active, target, row) : this.describeResting();
    const line = element("div");
    line.append(...parts);
    const pair = this.pairAside();
    this.caption.replaceChildren(line, ...(pair ? [pair] : []));
  }

  describeResting() {
    const unit = this.data.unit;
    return [
      bold("Query → document", "tl-direction"),
      `Shaded by the mean over the query's ${unit}s. Point at a ${unit} on either side, or Tab to it, to see where it looks; click or Enter pins it.`,
    ];
  }

  describe(active, target, row) {
    const [from, to] = active.side === "query" ? ["Query", "document"] : ["Document", "query"];
    const parts = [bold(`${from} → ${to}`, "tl-direction"), quoted(this.data[active.side][active.index])];
    const best = this.links.slice(0, MAX_BADGES);
    if (!best.length) return [...parts, ` gives nothing to the ${to}.`];
    parts.push(" looks at ");
    best.forEach((link, place) => {
      if (place) parts.push(", ");
      parts.push(quoted(this.data[target][link.index]), ` ${percent(link.share)}`);
    });
    const special = this.data[`${target}_special`];
    const crossing = sum(row.filter((_, index) => !special[index]));
    parts.push(` · ${percent(crossing)} of its attention goes to ${to} ${this.data.unit}s`);
    if (this.pinned) parts.push(" · pinned, Esc lets go");
    return parts;
  }

  // While one side is pinned, pointing at the other compares both directions of that pair.
  pairAside() {
    const from = this.pinned;
    const over = this.hovered ?? this.focused;
    if (!from || !over || over.side === from.side) return null;
    const there = this.rowOf(from)[over.index];
    const back = this.rowOf(over)[from.index];
    if (there == null || back == null) return null;
    const line = element("div");
    line.append(
      quoted(this.data[from.side][from.index]), " → ", quoted(this.data[over.side][over.index]),
      ` ${percent(there)}, and back ${percent(back)}`,
    );
    return line;
  }

  writeLegend() {
    const items = [
      ["tl-key-doc", "query → document"],
      ["tl-key-query", "document → query"],
      ["", "colour is relative to the strongest word of the row"],
      ["", "numbers are shares of attention"],
      ["", `shown: ${this.data.selection}`],
    ];
    this.legend.replaceChildren(...items.map(([name, text]) => {
      const item = element("span", name);
      item.textContent = text;
      return item;
    }));
  }

  // ---- curves ----

  scheduleLines() {
    if (!this.frame) this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.drawLines();
    });
  }

  drawLines() {
    this.lines.replaceChildren();
    this.badges.replaceChildren();
    this.above.textContent = this.below.textContent = "";
    const active = this.active;
    if (!this.data) return;
    this.sayWhatGoesOn();
    if (!active) return;
    const target = OTHER[active.side];
    const origin = this.root.getBoundingClientRect();
    const source = this.nodeAt(active).getBoundingClientRect();
    const window = this.sides[target].chips.getBoundingClientRect();
    const sourceShown = inside(source, this.sides[active.side].chips.getBoundingClientRect()) === 0;
    const hidden = { above: 0, below: 0 };
    const placed = [];
    this.links.slice(0, MAX_CURVES).forEach((link, place) => {
      const end = this.sides[target].nodes[link.index].getBoundingClientRect();
      const where = inside(end, window);
      if (where < 0) hidden.above += 1;
      else if (where > 0) hidden.below += 1;
      else {
        if (sourceShown) this.lines.append(...curve(source, end, origin, target, link.weight));
        if (place < MAX_BADGES) badge(this.badges, end, origin, window, target, link.share, placed);
      }
    });
    if (target === "document") {
      if (hidden.above) this.above.textContent = `▲ ${hidden.above} linked above`;
      if (hidden.below) this.below.textContent = `▼ ${hidden.below} linked below`;
    }
  }

  // A long document scrolls: how many of its words lie above and below what is in view.
  sayWhatGoesOn() {
    const { chips, nodes } = this.sides.document;
    const window = chips.getBoundingClientRect();
    const places = nodes.map((node) => inside(node.getBoundingClientRect(), window));
    const say = (where) => {
      const count = places.filter((place) => place === where).length;
      return count ? `${count} more ${this.data.unit}${count === 1 ? "" : "s"}` : "";
    };
    const [above, below] = [say(-1), say(1)];
    if (above) this.above.textContent = `▲ ${above} above`;
    if (below) this.below.textContent = `▼ ${below} below, scroll`;
    this.sides.document.box.classList.toggle("tl-goes-on", Boolean(below));
  }

  revealStrongest() {
    const target = OTHER[this.pinned.side];
    if (!this.links.length) return;
    const node = this.sides[target].nodes[this.links[0].index];
    const chips = this.sides[target].chips;
    const [box, window] = [node.getBoundingClientRect(), chips.getBoundingClientRect()];
    if (inside(box, window) === 0) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = chips.scrollTop + box.top - window.top - window.height / 2;
    chips.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  nodeAt({ side, index }) {
    return this.sides[side].nodes[index];
  }
}
