// A ruler in tokens for each model, windows with their scores, and the text that is or is
// not read. The text is hostile: it only ever becomes text nodes, never markup.

const views = new WeakMap(); // keeps the chosen model and window when the data changes

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".tr");
  if (!views.has(root)) views.set(root, { model: -1, window: -1 });
  new Ruler(root, data, views.get(root)).draw();
}

class Ruler {
  constructor(root, data, chosen) {
    this.root = root;
    this.data = data;
    this.chosen = chosen;
    if (chosen.model >= data.models.length) chosen.model = -1;
    if (chosen.window >= data.windows.length) chosen.window = -1;
  }

  draw() {
    const active = this.root.getRootNode().activeElement;
    const held = active && this.root.contains(active) ? active.dataset.name : null;
    const scroll = this.text ? this.text.scrollTop : this.root.querySelector(".tr-text")?.scrollTop;
    this.root.style.setProperty("--text-height", `${Number(this.data.height)}px`);
    this.lanes = this.data.models.map((model, i) => this.lane(model, i));
    this.text = node("div", "tr-text");
    this.text.tabIndex = 0;
    this.text.setAttribute("role", "region");
    this.text.setAttribute("aria-label", "The document's text");
    this.text.dir = "auto";
    this.pieces = this.data.pieces.map((piece) => {
      const span = node("span", "", piece.text);
      this.text.append(span);
      return span;
    });
    this.marks();
    this.says = node("div", "tr-says");
    this.says.setAttribute("role", "status");
    this.says.setAttribute("aria-live", "polite");
    this.root.replaceChildren(
      ...this.lanes, ...(this.data.windows.length ? [this.windowLane()] : []),
      this.legend(), this.says, this.text,
    );
    if (scroll) this.text.scrollTop = scroll;
    if (held) this.root.querySelector(`[data-name="${held}"]`)?.focus({ preventScroll: true });
    this.show();
  }

  lane(model, index) {
    const lane = node("button", "tr-lane");
    lane.type = "button";
    lane.dataset.name = `model${index}`;
    lane.style.setProperty("--light", model.colours[0]);
    lane.style.setProperty("--dark", model.colours[1]);
    const name = node("div", "tr-name");
    name.append(node("b", "", model.label), node("span", "tr-small", model.model));
    const track = node("div", "tr-track");
    const lead = this.data.lead - model.query - model.special;
    const parts = [
      ["tr-query", lead, model.query, `${model.query} query`],
      ["tr-special", lead + model.query, model.special, ""],
      ["tr-read", this.data.lead, model.read, `${model.read} of the document`],
      ["tr-unread", this.data.lead + model.read, model.unread, `${model.unread} never read`],
    ];
    for (const [kind, from, count, label] of parts) {
      if (!count) continue;
      const bar = this.bar(kind, from, count);
      const share = count / this.data.scale;
      if (label && share > 0.11) bar.append(node("span", "", label));
      else if (label && share > 0.03) bar.append(node("span", "", String(count)));
      track.append(bar);
    }
    const limit = node("div", "tr-limit");
    limit.style.insetInlineStart = this.percent(lead + model.limit);
    // Near an end of the lane the words would stand outside of its frame: they keep to its side.
    const at = (lead + model.limit) / this.data.scale;
    if (at > 0.94) limit.classList.add("tr-at-end");
    limit.append(node("span", "", `limit ${model.limit}`));
    track.append(limit);
    lane.append(name, track, node("div", "tr-words", model.sentence));
    lane.addEventListener("click", () => {
      this.chosen.model = this.chosen.model === index ? -1 : index;
      this.show();
      this.reveal(this.text.querySelector(`.tr-stop[data-model="${index}"]`));
    });
    return lane;
  }

  bar(kind, from, count) {
    const bar = node("div", `tr-bar ${kind}`);
    bar.style.insetInlineStart = this.percent(from);
    bar.style.width = this.percent(count);
    return bar;
  }

  percent(tokens) {
    return `${(100 * tokens) / this.data.scale}%`;
  }

  windowLane() {
    const box = node("div", "tr-windows");
    const name = node("div", "tr-name");
    name.append(node("b", "", "Passages"), node("span", "tr-small", "logit of each window"));
    const track = node("div", "tr-track");
    const ends = []; // a window takes the first row that is free where it begins
    this.windows = this.data.windows.map((window, index) => {
      let row = ends.findIndex((end) => end <= window.first);
      if (row < 0) row = ends.length;
      ends[row] = window.last;
      const bar = node("button", window.best ? "tr-window tr-best" : "tr-window");
      bar.type = "button";
      bar.dataset.name = `window${index}`;
      bar.style.insetInlineStart = this.percent(this.data.lead + window.first);
      bar.style.width = this.percent(window.last - window.first);
      bar.style.top = `${row * 1.75}rem`;
      bar.append(node("span", "", `${window.best ? "★ " : ""}${window.score}`));
      bar.setAttribute("aria-label", `Window ${index + 1}, logit ${window.score}${window.best ? ", the best" : ""}`);
      bar.title = `Window ${index + 1}: tokens ${window.first + 1} to ${window.last}, logit ${window.score}`;
      bar.addEventListener("click", () => {
        this.chosen.window = this.chosen.window === index ? -1 : index;
        this.show();
        if (this.chosen.window >= 0) this.reveal(this.pieces[window.from]);
      });
      track.append(bar);
      return bar;
    });
    track.style.height = `${ends.length * 1.75}rem`;
    box.append(name, track);
    return box;
  }

  // Where each model stops, as a line of its own within the text.
  marks() {
    this.data.models.forEach((model, index) => {
      const first = this.data.pieces.findIndex((piece) => !piece.read[index]);
      if (first < 0) return;
      const mark = node("span", "tr-stop", `the ${model.label.toLowerCase()} stops reading here`);
      mark.dataset.model = String(index);
      mark.style.setProperty("--light", model.colours[0]);
      mark.style.setProperty("--dark", model.colours[1]);
      this.pieces[first].before(mark);
    });
  }

  legend() {
    const box = node("div", "tr-legend");
    const unit = this.data.supposed ? "query (supposed length)" : "query";
    for (const [kind, text] of [["tr-query", unit], ["tr-special", "[CLS] and [SEP]"], ["tr-read", "document, read"], ["tr-unread", "document, never read"]]) {
      const item = node("span", "tr-item");
      item.append(node("span", `tr-key ${kind}`), text);
      box.append(item);
    }
    box.append(node("span", "tr-item", "bars are in tokens"));
    return box;
  }

  show() {
    const { model, window } = this.chosen;
    const span = window >= 0 ? this.data.windows[window] : null;
    this.lanes.forEach((lane, i) => lane.setAttribute("aria-pressed", String(i === model)));
    (this.windows ?? []).forEach((bar, i) => bar.setAttribute("aria-pressed", String(i === window)));
    this.pieces.forEach((piece, i) => {
      const { read } = this.data.pieces[i];
      const unread = model >= 0 ? (read[model] ? 0 : 2) : read.every(Boolean) ? 0 : read.some(Boolean) ? 1 : 2;
      piece.dataset.unread = String(unread);
      piece.classList.toggle("tr-inside", span !== null && i >= span.from && i < span.to);
    });
    for (const mark of this.text.querySelectorAll(".tr-stop")) {
      mark.hidden = model >= 0 && Number(mark.dataset.model) !== model;
    }
    const names = this.data.models.map((one) => one.label.toLowerCase());
    this.says.textContent =
      (model >= 0
        ? `The text as the ${names[model]} reads it: what is grey is never read.`
        : "The text: grey where no model reads it, underlined where one does not. Choose a bar to see one model alone.") +
      (span ? ` Shaded: window ${window + 1}, logit ${span.score}.` : "");
  }

  reveal(target) {
    if (!target || target.hidden) return;
    const box = target.getBoundingClientRect();
    const view = this.text.getBoundingClientRect();
    this.text.scrollTop += box.top - view.top - view.height / 3;
  }
}

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
