// One forward pass: steps, play, scrub, and what is opened. All in the browser, but the words of a
// layer's heads, which are asked for when it is opened.

const MOST_SECONDS = 18; // that playing takes, however many layers there are
const PER_STEP = 1.05; // s
const WRITTEN_AFTER = 150; // ms
const views = new WeakMap(); // a view outlives its data, so that a step survives what is fetched

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".inside");
  if (!views.has(root)) views.set(root, new InsideView(root));
  const view = views.get(root);
  view.connect(setTriggerValue);
  view.update(data);
  return () => view.disconnect();
}

class InsideView {
  constructor(root) {
    this.root = root;
    this.onKey = (event) => this.key(event);
    this.onBack = () => { this.linked = true; };
    this.linked = true; // the address says what to show: it was opened, or gone back to
    this.towers = new Towers((opened) => this.open(opened));
    this.chart = new LensChart();
    this.panel = new LayerPanel(() => this.open(null), (wanted) => this.ask(wanted), () => this.keep());
    this.title = node("h2", "");
    this.caption = node("p", "caption");
    this.caption.setAttribute("role", "status");
    this.documents = node("div", "documents");
    this.documents.setAttribute("role", "group");
    this.documents.setAttribute("aria-label", "Document in the picture");
    this.first = node("p", "first-token");
    this.cost = node("p", "note");
    this.tokens = node("div", "all-tokens");
    // what a room sees at once: stage mode gives it the height of the screen
    const scene = node("div", "scene", this.controls(), this.caption, this.documents, this.first,
      this.towers.root);
    root.replaceChildren(node("div", "top", this.title, legend()), scene, this.cost,
      this.panel.root, this.chart.root, this.tokens);
  }

  controls() {
    this.back = button("plain no-picture", "◂", () => this.go(this.step - 1));
    this.back.append(node("span", "desk", " Back"));
    this.back.setAttribute("aria-label", "Back");
    this.forth = button("plain no-picture", "", () => this.next());
    this.forth.append(node("span", "desk", "Next "), "▸");
    this.forth.setAttribute("aria-label", "Next");
    this.player = button("play no-picture", "▶ Play", () => (this.timer ? this.pause() : this.play()));
    this.range = node("input", "scrub");
    this.range.type = "range";
    this.range.min = "0";
    this.range.step = "1";
    this.range.setAttribute("aria-label", "Step of the forward pass");
    this.range.addEventListener("input", () => this.go(Number(this.range.value)));
    this.where = node("span", "where");
    return node("div", "controls", this.player, this.back, this.forth, this.range, this.where,
      node("span", "keys no-picture", node("kbd", "", "Space"), " and ", node("kbd", "", "← →"), " step"));
  }

  connect(setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    document.addEventListener("keydown", this.onKey);
    window.addEventListener("popstate", this.onBack);
  }

  disconnect() {
    this.pause();
    clearTimeout(this.writing);
    document.removeEventListener("keydown", this.onKey);
    window.removeEventListener("popstate", this.onBack);
  }

  update(data) {
    const { heads, stage, ...first } = data;
    this.root.classList.toggle("on-stage", Boolean(stage));
    const place = stage ? this.forth : this.caption;
    if (place.nextSibling !== this.documents) place.after(this.documents);
    const text = JSON.stringify(first);
    this.panel.receive(heads);
    if (text === this.text) {
      if (heads) this.panel.show(this.data, this.document, this.opened);
      return this.keep();
    }
    this.text = text;
    this.data = first;
    this.pause();
    this.panel.forget();
    this.opened = null;
    this.document = 0;
    this.steps = stepsOf(first);
    this.range.max = String(this.steps.count - 1);
    for (const [name, [light, dark]] of Object.entries(first.colours)) {
      this.root.style.setProperty(`--${name}-light`, light);
      this.root.style.setProperty(`--${name}-dark`, dark);
    }
    this.title.textContent = `One forward pass: “${first.query}”`;
    this.first.textContent = first.first_token;
    this.cost.textContent = `${first.cost.note} ${first.cells_note}`;
    this.step = this.steps.count - 1;
    if (this.linked) this.takeFromAddress();
    this.linked = false;
    this.redraw();
  }

  // ---- the address, so that a link opens the same step and layer ----

  takeFromAddress() {
    const shown = shownByAddress();
    this.document = clamp((shown.document ?? 1) - 1, 0, this.data.documents.length - 1);
    this.step = clamp((shown.step ?? this.steps.count) - 1, 0, this.steps.count - 1);
    if (shown.opened && shown.opened.layer <= this.steps[shown.opened.tower === "cross" ? "cross" : "bi"]) {
      this.opened = { tower: shown.opened.tower, layer: shown.opened.layer };
      this.panel.begin(shown.opened.head);
    }
  }

  // Once a slider is at rest: browsers count how often an address is written.
  keep() {
    clearTimeout(this.writing);
    this.writing = setTimeout(() => writeShown({
      pass_step: this.step === this.steps.count - 1 ? "" : String(this.step + 1),
      pictured: this.document ? String(this.document + 1) : "",
      opened_layer: this.opened ? this.panel.said() : "",
    }), WRITTEN_AFTER);
  }

  redraw() {
    this.fillDocuments();
    this.fillTokens();
    this.towers.draw(this.data, this.steps, this.document);
    this.chart.draw(this.data, this.document);
    this.panel.show(this.data, this.document, this.opened);
    this.render();
  }

  render() {
    const { step, steps } = this;
    this.range.value = String(step);
    this.range.setAttribute("aria-valuetext", `${step + 1} of ${steps.count}: ${stepName(steps, step)}`);
    this.where.textContent = `${stepName(steps, step)} · ${step + 1} of ${steps.count}`;
    this.caption.textContent = this.data.documents[this.document].steps[step];
    if (step === steps.count - 1) {
      this.caption.append(node("span", "desk", " Space or Play starts from the beginning."));
    }
    this.back.disabled = step === 0;
    this.towers.show(step, this.opened);
    const layer = Math.min(step - FIRST_LAYER + 1, steps.cross);
    this.chart.show(step < 2 ? null : Math.max(layer, 0));
    this.keep();
  }

  // ---- documents ----

  fillDocuments() {
    this.documents.replaceChildren(...this.data.documents.map((one, place) => {
      const made = button("document", "", () => {
        this.document = place;
        this.redraw();
        this.documents.children[place].focus();
      });
      made.append(node("span", "letter-mark", one.letter), " ", node("span", "name", one.title), " ",
        node("span", "figures", `score ${signed(one.score)} · cosine ${signed(one.cosine, 3)}`));
      made.title = one.title;
      made.setAttribute("aria-pressed", String(place === this.document));
      return made;
    }));
  }

  fillTokens() {
    const shown = this.data.documents[this.document];
    const lists = [
      ["Bi-encoder, query tower", this.data.query_pass.tokens, this.data.query_pass.cut],
      [`Bi-encoder, document tower (${shown.letter})`, shown.alone.tokens, shown.alone.cut],
      [`Cross-encoder (query and ${shown.letter})`, shown.tokens, shown.cut],
    ];
    this.tokens.replaceChildren(unfolded("All tokens as the models read them", () => {
      const box = node("dl", "token-lists");
      for (const [name, tokens, cut] of lists) {
        const end = cut ? ` … and ${cut} that were not read` : "";
        box.append(node("dt", "", `${name}: ${tokens.length} tokens`), node("dd", "", tokens.join(" ") + end));
      }
      return box;
    }));
  }

  // ---- time ----

  go(step) {
    this.pause();
    this.step = clamp(step, 0, this.steps.count - 1);
    this.render();
  }

  next() {
    this.go(this.step === this.steps.count - 1 ? 0 : this.step + 1);
  }

  play() {
    if (this.step === this.steps.count - 1) this.step = 0;
    this.player.textContent = "❚❚ Pause";
    const pace = Math.min(PER_STEP, MOST_SECONDS / this.steps.count);
    this.timer = setInterval(() => {
      this.step += 1;
      this.render();
      if (this.step === this.steps.count - 1) this.pause();
    }, 1000 * pace);
    this.render();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.player.textContent = "▶ Play";
  }

  // ---- keys ----

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !this.data) return;
    if (!this.root.isConnected) return document.removeEventListener("keydown", this.onKey);
    const target = event.composedPath()[0];
    const inside = event.composedPath().includes(this.root);
    if (event.key === "Escape" && inside && this.opened) {
      event.preventDefault();
      return this.open(null);
    }
    if (!inside && !isPage(target)) return undefined;
    const onRange = target === this.range;
    const acts = target instanceof Element && target.closest("button, summary, input, a");
    if (event.key === " " && acts && !onRange) return undefined; // it presses what has the focus
    if (onRange && event.key !== " ") return undefined; // the slider has its own keys
    const act = {
      " ": () => this.next(), ArrowRight: () => this.go(this.step + 1), ArrowLeft: () => this.go(this.step - 1),
    }[event.key];
    if (!act || !this.inView()) return undefined;
    event.preventDefault();
    return act();
  }

  inView() {
    const box = this.towers.root.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }

  // ---- layers ----

  open(opened) {
    const before = this.opened;
    const same = opened && before && before.tower === opened.tower && before.layer === opened.layer;
    this.opened = same ? null : opened;
    this.panel.show(this.data, this.document, this.opened);
    this.towers.show(this.step, this.opened);
    this.keep();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (this.opened) {
      this.panel.title.focus({ preventScroll: true });
      this.panel.root.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    } else if (before) {
      const from = this.towers.layerButtons.find((one) =>
        one.dataset.tower === before.tower && Number(one.dataset.layer) === before.layer);
      from?.focus();
    }
  }

  ask(wanted) {
    this.setTriggerValue("wanted", wanted);
  }
}

function isPage(target) {
  return target instanceof Element && (target === document.body || target.closest("[data-testid=stMain]") === target);
}

function legend() {
  const item = (name, text) => node("span", `key ${name}`, node("i", ""), text);
  return node("div", "legend",
    item("beforehand", "striped: computed beforehand, once per document"),
    item("at-query", "solid: computed at query time"),
    node("span", "key", strip([0.4, 1]), "a state's number above zero,"),
    node("span", "key", strip([-0.4, -1]), "below"));
}
