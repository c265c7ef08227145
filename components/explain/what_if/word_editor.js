// Words that can be dropped, masked or replaced. Texts are hostile: they only ever become
// text nodes, never markup. The browser draws a change at once and tells the server of all
// changes; an answer to an older state than its own is not drawn.

const SIDES = ["query", "document"];
const TITLES = { query: "Query", document: "Document" };
const views = new WeakMap(); // a view outlives its data, so that the chosen word survives

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".we");
  if (!views.has(root)) views.set(root, new Editor(root));
  views.get(root).update(data, setTriggerValue);
}

class Editor {
  constructor(root) {
    this.root = root;
    this.chosen = null; // {side, index}
    this.sides = {};
    for (const side of SIDES) {
      const box = element("div", `we-${side}`);
      const heading = element("div", "we-heading");
      const chips = element("div", "we-chips");
      chips.setAttribute("role", "toolbar");
      chips.setAttribute("dir", "auto");
      chips.addEventListener("focusin", (event) => this.choose(placeOf(event.target)));
      chips.addEventListener("click", (event) => this.onClick(event));
      chips.addEventListener("keydown", (event) => this.onKey(event));
      box.append(heading, chips);
      this.sides[side] = { box, heading, chips, nodes: [] };
    }
    root.replaceChildren(this.sides.query.box, this.buildPanel(), this.sides.document.box, legend());
  }

  buildPanel() {
    const panel = element("div", "we-panel");
    this.says = element("div", "we-says");
    this.says.setAttribute("role", "status");
    this.says.setAttribute("aria-live", "polite");
    this.actions = element("div", "we-actions");
    this.buttons = ["Keep", "Drop", "Mask"].map((name) => {
      const button = element("button", "we-button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => this.put({ Keep: null, Drop: "", Mask: this.data.mask }[name]));
      return button;
    });
    this.field = element("input", "we-field");
    this.field.type = "text";
    this.field.placeholder = "replace with …";
    this.field.setAttribute("aria-label", "Replace the chosen word with");
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.replace();
      else if (event.key === "Escape") this.focusChosen();
      else return;
      event.preventDefault();
    });
    const go = element("button", "we-button");
    go.type = "button";
    go.textContent = "Replace";
    go.addEventListener("click", () => this.replace());
    this.actions.append(...this.buttons, this.field, go);
    this.controls = [...this.buttons, this.field, go];
    panel.append(this.says, this.actions);
    return panel;
  }

  update(data, send) {
    this.send = send;
    const other = !this.data || this.data.token !== data.token;
    const ahead = !other && data.revision < this.revision;
    const previous = this.data;
    this.data = data;
    this.root.style.setProperty("--document-height", `${Number(data.height)}px`);
    this.field.maxLength = data.longest;
    if (!ahead) {
      this.revision = data.revision;
      this.by = {};
      for (const side of SIDES) this.by[side] = { ...data[side].by };
    }
    for (const side of SIDES) {
      const same = previous && JSON.stringify(previous[side].words) === JSON.stringify(data[side].words);
      if (!same) this.fill(side, other);
    }
    if (other) this.chosen = null;
    this.render();
  }

  fill(side, fresh) {
    const { chips, heading } = this.sides[side];
    const words = this.data[side].words;
    const active = chips.getRootNode().activeElement;
    const held = active && chips.contains(active) ? placeOf(active) : null;
    const count = words.filter(([, text]) => /[\p{L}\p{N}]/u.test(text)).length;
    heading.textContent = `${TITLES[side]} · ${count} word${count === 1 ? "" : "s"}`;
    chips.setAttribute("aria-label", `${TITLES[side]} words. Arrow keys move, Enter changes, Delete drops, R replaces.`);
    const children = [];
    let cut = false;
    const nodes = words.map(([gap, text, read], index) => {
      if (gap) children.push(document.createTextNode(gap));
      if (!read && !cut) {
        cut = true;
        const mark = element("span", "we-cut");
        mark.textContent = "the cross-encoder stops reading here";
        children.push(mark);
      }
      const chip = element("span", read ? "we-chip" : "we-chip we-unread");
      chip.setAttribute("role", "button");
      chip.setAttribute("dir", "auto");
      chip.tabIndex = index === 0 ? 0 : -1;
      chip.dataset.side = side;
      chip.dataset.index = String(index);
      children.push(chip);
      return chip;
    });
    chips.replaceChildren(...children);
    this.sides[side].nodes = nodes;
    if (fresh) chips.scrollTop = 0;
    else if (held && nodes[held.index]) nodes[held.index].focus({ preventScroll: true });
  }

  // ---- what is changed ----

  choose(place) {
    if (!place) return;
    this.chosen = place;
    for (const node of this.sides[place.side].nodes) node.tabIndex = -1;
    this.node(place).tabIndex = 0;
    this.renderPanel();
  }

  onClick(event) {
    const place = placeOf(event.target);
    if (!place) return;
    this.choose(place);
    this.node(place).focus({ preventScroll: true });
    this.cycle();
  }

  cycle() {
    const now = this.state(this.chosen);
    this.put(now === undefined ? "" : now === "" ? this.data.mask : null);
  }

  replace() {
    const text = this.field.value.trim();
    if (!text || !this.chosen) return;
    this.put(text);
    this.field.value = "";
    this.focusChosen();
  }

  // null keeps the word, "" drops it, any other text stands in its place
  put(by) {
    if (!this.chosen) return;
    const { side, index } = this.chosen;
    const kept = by === null || by === this.data[side].words[index][1];
    if (kept ? this.state(this.chosen) === undefined : this.state(this.chosen) === by) return;
    if (kept) delete this.by[side][index];
    else this.by[side][index] = by;
    this.revision += 1;
    this.render();
    this.send("changed", { token: this.data.token, revision: this.revision, by: this.by });
  }

  onKey(event) {
    const place = placeOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") this.cycle();
    else if (event.key === "Delete" || event.key === "Backspace") this.put("");
    else if (event.key === "r" || event.key === "R") this.field.focus();
    else {
      const next = this.neighbour(place, event.key);
      if (next === null) return;
      this.sides[place.side].nodes[next].focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  neighbour({ side, index }, key) {
    const { nodes, chips } = this.sides[side];
    const rightToLeft = getComputedStyle(chips).direction === "rtl";
    const step = { ArrowRight: rightToLeft ? -1 : 1, ArrowLeft: rightToLeft ? 1 : -1 }[key];
    if (step) return Math.min(nodes.length - 1, Math.max(0, index + step));
    if (key === "Home") return 0;
    if (key === "End") return nodes.length - 1;
    if (key === "ArrowDown" || key === "ArrowUp") return vertical(nodes, index, key === "ArrowDown");
    return null;
  }

  // ---- what is shown ----

  state({ side, index }) {
    return this.by[side][index];
  }

  node({ side, index }) {
    return this.sides[side].nodes[index];
  }

  focusChosen() {
    if (this.chosen) this.node(this.chosen).focus();
  }

  render() {
    for (const side of SIDES) {
      this.sides[side].nodes.forEach((node, index) => {
        const text = this.data[side].words[index][1];
        const by = this.state({ side, index });
        const name = by === undefined ? "kept" : by === "" ? "dropped" : by === this.data.mask ? "masked" : "replaced";
        const drawn = `${name} ${by ?? ""}`;
        if (node.dataset.drawn === drawn) return;
        node.dataset.drawn = drawn;
        node.dataset.state = name;
        const parts = [];
        if (name !== "kept") parts.push(part("s", text));
        if (name === "kept") parts.push(document.createTextNode(text));
        if (name === "masked" || name === "replaced") parts.push(part("b", by));
        node.replaceChildren(...parts);
        node.setAttribute("aria-label", name === "replaced" ? `${text}, replaced by ${by}` : `${text}, ${name}`);
      });
    }
    this.renderPanel();
  }

  renderPanel() {
    const place = this.chosen;
    for (const control of this.controls) control.disabled = !place;
    for (const node of this.root.querySelectorAll(".we-chosen")) node.classList.remove("we-chosen");
    if (!place) {
      this.says.textContent = "Click a word to drop it, again to mask it, again to keep it.";
      return;
    }
    this.node(place).classList.add("we-chosen");
    const by = this.state(place);
    const word = element("bdi", "");
    word.textContent = `“${this.data[place.side].words[place.index][1]}”`;
    const end = by === undefined ? " is kept" : by === "" ? " is dropped" : by === this.data.mask ? " is masked" : " is replaced";
    this.says.replaceChildren(word, document.createTextNode(end));
    const pressed = by === undefined ? 0 : by === "" ? 1 : by === this.data.mask ? 2 : -1;
    this.buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === pressed)));
  }
}

function legend() {
  const box = element("div", "we-legend");
  const items = [
    ["dropped", ["s", "word"], "dropped: cut out of the text"],
    ["masked", ["b", "[MASK]"], "masked: a token without meaning"],
    ["replaced", ["b", "word"], "replaced"],
    ["", null, "Enter changes, Delete drops, R replaces, arrows move"],
  ];
  for (const [state, sample, text] of items) {
    const item = element("span", "");
    if (sample) {
      const chip = element("span", "we-chip we-sample");
      chip.dataset.state = state;
      chip.append(part(...sample));
      item.append(chip, " ");
    }
    item.append(text);
    box.append(item);
  }
  return box;
}

function placeOf(target) {
  const chip = target.closest?.(".we-chip");
  if (!chip || chip.dataset.index === undefined) return null;
  return { side: chip.dataset.side, index: Number(chip.dataset.index) };
}

function vertical(nodes, index, down) {
  const from = nodes[index].getBoundingClientRect();
  const middle = (from.left + from.right) / 2;
  let best = null;
  nodes.forEach((node, i) => {
    const box = node.getBoundingClientRect();
    const rows = (box.top - from.top) * (down ? 1 : -1);
    if (rows < from.height / 2) return;
    const far = rows * 1000 + Math.abs((box.left + box.right) / 2 - middle);
    if (best === null || far < best.far) best = { far, i };
  });
  return best === null ? index : best.i;
}

function part(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

function element(tag, name) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  return node;
}
