// A walkthrough, step by step with the keys; the parts of drawing_parts.js come first.
// Frozen figures are there at once, those of now arrive from the server as they are computed.

const KEPT_STEP = "crossexam-walkthrough";
const players = new WeakMap(); // a player outlives its data, so that the step survives what arrives

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".player");
  if (!players.has(root)) players.set(root, new Player(root));
  const player = players.get(root);
  player.connect(setTriggerValue);
  player.update(data);
  return () => player.disconnect();
}

class Player {
  constructor(root) {
    this.root = root;
    this.onKey = (event) => this.key(event);
    this.title = node("span", "title");
    this.dots = node("ol", "dots");
    this.dots.setAttribute("aria-label", "Steps");
    this.where = node("span", "where");
    this.heading = node("h2", "heading");
    this.heading.tabIndex = -1;
    this.note = node("div", "note");
    this.badge = node("div", "badge");
    this.badge.setAttribute("role", "status");
    this.figures = node("div", "figures");
    this.moved = node("div", "moved");
    this.back = button("plain", "← Back", () => this.go(this.step - 1));
    this.forth = button("primary", "Next →", () => this.go(this.step + 1));
    this.other = button("plain", "", () => this.turn());
    this.open = button("plain", "Open this view", () => this.send("opened", this.step));
    this.end = button("plain", "End (Esc)", () => this.send("ended", true));
    root.replaceChildren(
      node("div", "top", this.title, this.dots, this.where),
      this.heading, this.note, this.badge, this.figures, this.moved,
      node("div", "controls", this.back, this.forth, this.other, this.open, this.end),
    );
  }

  connect(send) {
    this.send = send;
    document.addEventListener("keydown", this.onKey);
  }

  disconnect() {
    document.removeEventListener("keydown", this.onKey);
  }

  update(data) {
    const isNew = !this.data || this.data.token !== data.token;
    this.data = data;
    if (isNew) {
      this.step = clamp(keptStep(data.token) ?? 0, 0, data.steps.length - 1);
      this.frozen = false;
    }
    this.step = clamp(this.step, 0, data.steps.length - 1);
    this.root.classList.toggle("on-stage", data.stage);
    this.draw();
  }

  go(step) {
    const target = clamp(step, 0, this.data.steps.length - 1);
    if (target === this.step) return;
    this.step = target;
    this.frozen = false;
    sessionStorage.setItem(KEPT_STEP, JSON.stringify({ token: this.data.token, step: target }));
    this.draw();
    this.heading.focus({ preventScroll: true });
  }

  // From the figures of now to those that were kept, and back.
  turn() {
    if (this.current.kept === null || this.current.now === null) return;
    this.frozen = !this.frozen;
    this.draw();
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector('[role="dialog"], .crossexam-curtain')) return;
    const onButton = target instanceof Element && target.closest("button, a, summary") !== null;
    if (event.key === "ArrowRight" || event.key === "PageDown" || (event.key === " " && !onButton)) this.go(this.step + 1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") this.go(this.step - 1);
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(this.data.steps.length - 1);
    else if (event.key === "f") this.turn();
    else if (event.key === "Escape") this.send("ended", true);
    else return;
    event.preventDefault();
  }

  get current() {
    return this.data.steps[this.step];
  }

  draw() {
    const step = this.current;
    const shown = step.now !== null && !this.frozen ? step.now : step.kept;
    const last = this.data.steps.length - 1;
    this.title.textContent = this.data.title;
    this.where.textContent = `${this.step + 1} of ${last + 1}`;
    this.heading.textContent = step.heading;
    this.note.replaceChildren(...step.note.map((text) => node("p", "", text)));
    const isNow = shown !== null && shown === step.now;
    this.badge.className = `badge ${isNow ? "live" : "frozen"}`;
    this.badge.replaceChildren(
      node("span", "mark", isNow ? "● Live" : "❄ Frozen"), " ",
      node("span", "", isNow ? step.now_words : step.kept_words),
    );
    this.figures.replaceChildren(...(shown === null ? [] : drawFigures(shown)));
    this.moved.hidden = !(step.moved && isNow);
    this.moved.replaceChildren(...(this.moved.hidden ? [] : drawMoved(step.moved)));
    this.dots.replaceChildren(...this.data.steps.map((each, number) => this.dot(each, number)));
    this.back.disabled = this.step === 0;
    this.forth.disabled = this.step === last;
    this.other.hidden = step.kept === null || step.now === null;
    this.other.textContent = this.frozen ? "Show the figures of now (f)" : "Show the kept figures (f)";
    this.open.hidden = this.data.stage;
  }

  dot(step, number) {
    const made = button("dot", "", () => this.go(number));
    made.setAttribute("aria-label", `${number + 1}. ${step.heading}`);
    made.title = step.heading;
    if (number === this.step) made.setAttribute("aria-current", "step");
    return node("li", "", made);
  }
}

function keptStep(token) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_STEP) || "{}");
    return kept.token === token && Number.isInteger(kept.step) ? kept.step : null;
  } catch {
    return null;
  }
}

// A number and its unit stay on one line.
function withUnits(text) {
  return text.replace(/(\d) (ms|s)\b/g, "$1\u00a0$2");
}

function drawFigures(view) {
  const parts = [];
  if (view.sentence) parts.push(node("p", "sentence", withUnits(view.sentence)));
  if (view.lists.length) parts.push(node("div", "lists", ...view.lists.map(drawList)));
  for (const { side, words } of view.words) parts.push(drawWords(side, words));
  for (const each of view.tables) parts.push(drawTable(each));
  if (view.notes.length) parts.push(node("ul", "notes", ...view.notes.map((text) => node("li", "", text))));
  return parts;
}

function drawList(list) {
  const head = node("div", "list-head", node("span", "label", list.label), " ", node("span", "facts", list.facts));
  const rows = list.rows.map((row) => {
    const title = node("span", "doc", row.title);
    title.dir = "auto";
    title.title = row.title;
    const grade = node("span", "grade", row.relevant ? "✓" : "");
    if (row.grade) grade.setAttribute("aria-label", row.grade);
    grade.title = row.grade;
    const move = node("span", `move ${row.direction}`, row.mark);
    move.title = row.sentence;
    move.setAttribute("aria-label", row.sentence);
    return node("li", "", node("span", "rank", String(row.rank)), title, grade, node("span", "score", row.score), move);
  });
  const made = node("section", "list", head, node("ol", "", ...rows));
  if (list.failure) made.append(node("p", "more", list.failure));
  made.setAttribute("aria-label", list.label);
  made.style.setProperty("--light", list.colours[0]);
  made.style.setProperty("--dark", list.colours[1]);
  return made;
}

// The words in reading order; how strong the tint is says how much each did, and which way.
function drawWords(side, words) {
  const chips = words.map((word) => {
    const chip = node("span", `word ${word.share < 0 ? "lowers" : "raises"}`, word.text);
    chip.style.setProperty("--strength", `${Math.round(60 * Math.abs(word.share))}%`);
    chip.title = word.value;
    return chip;
  });
  const line = node("p", "words", node("span", "side", side), " ");
  for (const chip of chips) line.append(chip, " ");
  return line;
}

function drawTable({ caption, head, rows }) {
  const box = node("div", "scrolled", table(caption, head, rows));
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", caption);
  return box;
}

function drawMoved(moved) {
  const parts = [node("p", "moved-sentence", moved.sentence)];
  if (moved.rows.length) parts.push(drawTable(moved));
  if (moved.more) parts.push(node("p", "more", moved.more));
  for (const text of moved.circumstances) parts.push(node("p", "more", text));
  return parts;
}
