// Words with values, shaded and signed. Texts are hostile: they only ever become text nodes.

const views = new WeakMap();

export default function ({ data, parentElement }) {
  if (!views.has(parentElement)) views.set(parentElement, new WordView(parentElement));
  views.get(parentElement).update(data);
}

function element(tag, name = "", text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

function quoted(word) {
  const bold = element("b");
  const inner = element("bdi", "", word.length > 24 ? `${word.slice(0, 23)}…` : word);
  bold.append("“", inner, "”");
  return bold;
}

const sideOf = (weight) => (weight < 0 ? "down" : weight > 0 ? "up" : "");

class WordView {
  constructor(parent) {
    this.root = element("div", "wa");
    this.summary = element("div", "wa-summary");
    this.summary.setAttribute("role", "status");
    this.groups = element("div");
    this.legend = element("div", "wa-legend");
    this.root.append(this.summary, this.groups, this.legend);
    parent.appendChild(this.root);
    this.root.addEventListener("pointerover", (event) => this.read(chipOf(event.target)));
    this.root.addEventListener("pointerleave", () => this.read(null));
    this.root.addEventListener("focusin", (event) => this.focus(chipOf(event.target)));
    this.root.addEventListener("focusout", () => this.read(null));
    this.root.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(data) {
    const text = JSON.stringify(data);
    if (text === this.text) return;
    this.text = text;
    this.data = data;
    for (const [side, [light, dark]] of Object.entries(data.colours)) {
      this.root.style.setProperty(`--${side}-light`, light);
      this.root.style.setProperty(`--${side}-dark`, dark);
    }
    this.root.style.setProperty("--group-height", `${Number(data.height)}px`);
    this.groups.replaceChildren(...data.groups.flatMap((group, number) => this.drawGroup(group, number)));
    this.writeLegend();
    this.read(null);
  }

  drawGroup(group, number) {
    const count = group.words.length;
    const heading = element("div", "wa-heading", `${group.title} · ${count} word${count === 1 ? "" : "s"}`);
    const words = element("div", "wa-words");
    words.setAttribute("role", "group");
    words.setAttribute("aria-label", `${group.title}: arrow keys read one word after the other`);
    words.setAttribute("dir", "auto");
    words.append(...group.words.map((word, index) => {
      const weight = group.weights[index];
      const side = sideOf(weight);
      const chip = element("span", side ? `wa-chip wa-${side}` : "wa-chip");
      chip.style.setProperty("--w", Math.abs(weight).toFixed(3));
      chip.append(element("span", "wa-word", word));
      if (group.labelled[index]) chip.append(element("span", "wa-value", group.texts[index]));
      chip.setAttribute("role", "img");
      chip.setAttribute("aria-label", `${word}: ${group.texts[index]} ${this.data.unit}`.trim());
      chip.tabIndex = index === 0 ? 0 : -1;
      chip.dataset.group = String(number);
      chip.dataset.index = String(index);
      return chip;
    }));
    return [heading, words];
  }

  focus(chip) {
    if (!chip) return;
    for (const other of chip.parentNode.children) other.tabIndex = other === chip ? 0 : -1;
    this.read(chip);
  }

  onKey(event) {
    const chip = chipOf(event.target);
    if (!chip) return;
    const chips = [...chip.parentNode.children];
    const here = chips.indexOf(chip);
    const back = getComputedStyle(chip.parentNode).direction === "rtl";
    const to = {
      ArrowRight: here + (back ? -1 : 1), ArrowLeft: here + (back ? 1 : -1), Home: 0, End: chips.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    chips[Math.max(0, Math.min(chips.length - 1, to))].focus();
  }

  // The strongest words while nothing is pointed at, one word's value while it is.
  read(chip) {
    this.summary.replaceChildren(...(chip ? this.oneWord(chip) : this.strongest()));
  }

  oneWord(chip) {
    const group = this.data.groups[Number(chip.dataset.group)];
    const index = Number(chip.dataset.index);
    const line = element("div");
    const side = sideOf(group.weights[index]);
    const what = { up: this.data.up, down: this.data.down, "": "next to nothing" }[side];
    line.append(quoted(group.words[index]), ` ${group.texts[index]} ${this.data.unit}`);
    return [line, element("div", "", `${group.title}, word ${index + 1} of ${group.words.length}: ${what}`)];
  }

  strongest() {
    return this.data.summary.map(({ side, what, words }) => {
      const line = element("div");
      const mark = this.data.down ? (side === "up" ? "+ " : "− ") : "";
      line.append(element("span", "wa-what", `${mark}${what}:`));
      if (!words.length) line.append("no word by much");
      words.forEach(({ word, text, where }, place) => {
        if (place) line.append(", ");
        if (where) line.append(element("span", "wa-where", `${where} `));
        line.append(quoted(word), ` ${text}`);
      });
      return line;
    });
  }

  writeLegend() {
    const { up, down, full, unit } = this.data;
    const items = [["wa-key wa-key-up", down ? `+ ${up} (solid line)` : up]];
    if (down) items.push(["wa-key wa-key-down", `− ${down} (dashed line)`]);
    items.push(["", `full colour: ${full} ${unit}`.trim()], ["", "the strongest words carry their value"]);
    this.legend.replaceChildren(...items.map(([name, text]) => element("span", name, text)));
  }
}

function chipOf(target) {
  return target instanceof Element ? target.closest(".wa-chip") : null;
}
