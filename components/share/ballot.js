// Two unlabelled lists and a choice between them, by key or click: ← left, → right, = or t tie,
// b both bad, u takes the last one back, w to the word why. Each answer is numbered, and all that
// the server has not confirmed are sent each time, so that none is lost however fast they come.
// Texts only ever become text nodes.

const views = new WeakMap();
const CHOICES = [
  ["left", "←", "Left is better"],
  ["tie", "=", "Tie"],
  ["both bad", "B", "Both bad"],
  ["right", "→", "Right is better"],
];
const KEYS = { ArrowLeft: "left", ArrowRight: "right", "=": "tie", t: "tie", b: "both bad" };
const LONGEST = 200;

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bv");
  if (!views.has(root)) views.set(root, new Ballot(root));
  views.get(root).update(data, setTriggerValue);
}

class Ballot {
  constructor(root) {
    this.root = root;
    this.token = null;
    root.setAttribute("aria-label", "Blind vote: arrow left or right chooses a list, = is a tie, B both bad, U takes back");
    root.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(data, send) {
    this.send = send;
    this.data = data;
    this.root.classList.toggle("stage", data.stage);
    if (data.token !== this.token) {
      this.token = data.token;
      this.said = { ...data.said };
      this.waiting = [];
      this.number = data.applied;
      this.history = Object.keys(this.said).map(Number);
      this.at = this.next(-1);
      this.draw();
      const active = document.activeElement;
      if (!active || active === document.body) this.root.focus({ preventScroll: true });
      return;
    }
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((action) => action.n > data.applied);
    if (this.waiting.length) this.tell();
    if (before !== this.waiting.length) this.drawState();
  }

  // The next item after `from` without an answer, from the start again at the end.
  next(from) {
    const count = this.data.items.length;
    for (let step = 1; step <= count; step += 1) {
      const item = (from + step) % count;
      if (!(item in this.said)) return item;
    }
    return count; // all are answered
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.target.tagName === "INPUT") {
      if (key !== "Enter" && key !== "Escape") return;
      this.root.focus({ preventScroll: true });
    } else if (key in KEYS) {
      if (event.repeat) return;
      this.choose(KEYS[key]);
    } else if (key === "u" || key === "Backspace") this.undo();
    else if (key === "w" && this.why) this.why.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(choice) {
    if (this.at >= this.data.items.length) return;
    const item = this.at;
    const comment = this.why ? this.why.value.slice(0, LONGEST) : "";
    this.said[item] = choice;
    this.history.push(item);
    this.act(item, choice, comment);
    this.at = this.next(item);
    this.draw();
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  undo() {
    const item = this.history.pop();
    if (item === undefined) return;
    delete this.said[item];
    this.act(item, null, "");
    this.at = item;
    this.draw();
    this.root.focus({ preventScroll: true });
  }

  act(item, choice, comment) {
    this.number += 1;
    this.waiting.push({ n: this.number, item, choice, comment });
    this.tell();
  }

  tell() {
    this.send("said", { token: this.token, actions: [...this.waiting] });
  }

  drawState() {
    const done = Object.keys(this.said).length;
    this.state.textContent = this.waiting.length ? "saving …" : done ? "all saved" : "";
  }

  list(side, rows) {
    const box = node("section", `list ${side}`);
    const name = side === "left" ? "Left" : "Right";
    box.setAttribute("aria-label", `${name} list`);
    box.append(node("div", "name", name));
    const ordered = node("ol");
    for (const row of rows) {
      const line = node("li");
      if (row.title) line.append(node("div", "title", row.title));
      if (row.text) line.append(node("div", "text", row.text));
      ordered.append(line);
    }
    if (!rows.length) box.append(node("div", "nothing", "nothing was listed"));
    box.append(ordered);
    return box;
  }

  draw() {
    const { items } = this.data;
    const done = Object.keys(this.said).length;
    const top = node("div", "top");
    this.state = node("span", "state");
    this.state.setAttribute("role", "status");
    top.append(node("span", "count", `${done} of ${items.length} queries answered`), this.state);
    const track = node("div", "track");
    const fill = node("div", "fill");
    fill.style.width = `${(100 * done) / Math.max(1, items.length)}%`;
    track.append(fill);
    const parts = [top, track];
    const open = this.at < items.length;
    this.why = null;
    if (open) {
      const item = items[this.at];
      const query = node("div", "query");
      query.append(node("span", "label", "Query"), node("b", "", item.query));
      const lists = node("div", "lists");
      lists.append(this.list("left", item.left), this.list("right", item.right));
      parts.push(query, lists);
    } else {
      parts.push(node("div", "finished", "Thank you: all of your votes are in. U takes the last one back."));
    }
    const keys = node("div", "keys");
    for (const [choice, key, words] of CHOICES) {
      const button = node("button", "choice");
      button.type = "button";
      button.append(node("kbd", "", key), node("span", "", words));
      button.disabled = !open;
      button.addEventListener("click", (event) => {
        // The second press of a double click falls on the next query, which nobody has read yet.
        if (event.detail <= 1) this.choose(choice);
      });
      keys.append(button);
    }
    const back = node("button", "choice back");
    back.type = "button";
    back.append(node("kbd", "", "U"), node("span", "", "take back"));
    back.disabled = this.history.length === 0;
    back.addEventListener("click", () => this.undo());
    keys.append(back);
    if (open) {
      const label = node("label", "why");
      this.why = node("input");
      this.why.type = "text";
      this.why.maxLength = LONGEST;
      this.why.placeholder = "a word why, before you choose (W)";
      label.append(node("span", "label", "Why? (optional)"), this.why);
      parts.push(label);
    }
    parts.push(keys);
    this.root.replaceChildren(...parts);
    this.drawState();
  }
}
