// Judges documents by one key each: 0 to 3, U or Backspace takes back, arrows walk. Where a
// machine proposes a grade, Enter accepts it and R turns it down (sent as grade -1).
// Each key is numbered, and all keys that the server has not confirmed are sent each time,
// so that none is lost however fast they come. Texts only ever become text nodes.

const views = new WeakMap();
const REJECTED = -1;

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qj");
  if (!views.has(root)) views.set(root, new Judge(root));
  views.get(root).update(data, setTriggerValue);
}

class Judge {
  constructor(root) {
    this.root = root;
    this.token = null;
    root.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(data, send) {
    this.send = send;
    this.data = data;
    if (data.token !== this.token) {
      this.token = data.token;
      this.said = {};
      for (const [item, grade] of Object.entries(data.said)) this.said[item] = grade;
      this.waiting = [];
      this.number = data.applied;
      this.history = Object.keys(this.said).map(Number);
      this.at = this.next(-1);
      this.draw();
      const active = document.activeElement;
      if (data.enabled && (!active || active === document.body)) this.root.focus({ preventScroll: true });
      return;
    }
    this.waiting = this.waiting.filter((action) => action.n > data.applied);
    if (this.waiting.length) this.tell();
    this.draw();
  }

  // The next item after `from` that has no grade, from the start again at the end.
  next(from) {
    const count = this.data.items.length;
    for (let step = 1; step <= count; step += 1) {
      const item = (from + step) % count;
      if (!(item in this.said)) return item;
    }
    return count; // all are judged
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.data.enabled) return;
    const { key } = event;
    if (/^[0-3]$/.test(key)) {
      if (event.repeat) return;
      this.judge(Number(key));
    } else if (this.proposal() !== null && key === "Enter" && event.target === this.root) {
      if (event.repeat) return;
      this.judge(this.proposal());
    } else if (this.proposal() !== null && (key === "r" || key === "R")) {
      if (event.repeat) return;
      this.judge(REJECTED);
    } else if (key === "u" || key === "U" || key === "Backspace") this.undo();
    else if (key === "s" || key === "S" || key === "ArrowRight") this.walk(1);
    else if (key === "ArrowLeft") this.walk(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.root.scrollIntoView({ block: "nearest" });
  }

  // The machine's grade of the document that is shown, null where there is none.
  proposal() {
    const item = this.data.items[this.at];
    return item && item.proposed !== null ? item.proposed : null;
  }

  judge(grade) {
    if (this.at >= this.data.items.length) return;
    const item = this.at;
    this.said[item] = grade;
    this.history = this.history.filter((other) => other !== item);
    this.history.push(item);
    this.act(item, grade);
    this.at = this.next(item);
    this.draw();
  }

  undo() {
    const item = this.history.pop();
    if (item === undefined) return;
    delete this.said[item];
    this.act(item, null);
    this.at = item;
    this.draw();
  }

  walk(step) {
    const count = this.data.items.length;
    this.at = Math.min(count - 1, Math.max(0, this.at + step));
    this.draw();
  }

  act(item, grade) {
    this.number += 1;
    this.waiting.push({ n: this.number, item, grade });
    this.tell();
  }

  tell() {
    this.send("said", { token: this.token, actions: [...this.waiting] });
  }

  draw() {
    const { items, grades, enabled } = this.data;
    const done = Object.keys(this.said).length;
    const proposed = this.proposal();
    const label = "Judge documents: keys 0 to 3, U takes back, arrows walk";
    const more = proposed === null ? "" : ", Enter accepts the proposal, R rejects it";
    this.root.setAttribute("aria-label", label + more);
    const held = this.root.getRootNode().activeElement;
    const inside = held && this.root.contains(held);
    const top = node("div", "top");
    const state = node("span", "state", this.waiting.length ? "saving …" : done ? "all saved" : "");
    state.setAttribute("role", "status");
    top.append(node("span", "count", `${done} of ${items.length} judged`), state);

    const strip = node("div", "strip");
    items.forEach((_, i) => {
      const dot = node("button", "dot", i in this.said ? (this.said[i] === REJECTED ? "✕" : String(this.said[i])) : "·");
      dot.type = "button";
      dot.tabIndex = -1;
      dot.title = `document ${i + 1}`;
      if (i === this.at) dot.classList.add("now");
      if (i in this.said) dot.classList.add("done");
      dot.addEventListener("click", () => {
        this.at = i;
        this.draw();
        this.root.focus({ preventScroll: true });
      });
      strip.append(dot);
    });
    const parts = [top, strip];
    if (this.at >= items.length) {
      parts.push(node("div", "finished", "All of this list is judged. Ask for another list below, or take back with U."));
    } else {
      const item = items[this.at];
      const query = node("div", "query");
      query.append(node("span", "label", "Query"), node("b", "", item.query));
      if (item.note) query.append(node("div", "note", item.note));
      const card = node("div", "card");
      card.append(node("div", "title", item.title));
      card.append(node("div", "where", item.others ? `${item.where} · ${item.others}` : item.where));
      card.append(node("div", "text", item.text));
      parts.push(query, card);
      if (item.proposal) parts.push(node("div", "proposal", item.proposal));
    }
    const keys = node("div", "keys");
    if (proposed !== null) {
      for (const [name, words, grade] of [["⏎", "accept", proposed], ["R", "reject", REJECTED]]) {
        const button = node("button", "grade own");
        button.type = "button";
        button.append(node("kbd", "", name), node("span", "", words));
        button.disabled = !enabled;
        button.addEventListener("click", () => {
          this.judge(grade);
          this.root.focus({ preventScroll: true });
        });
        keys.append(button);
      }
    }
    for (const [grade, words] of grades) {
      const button = node("button", `grade g${grade}`);
      button.type = "button";
      button.append(node("kbd", "", String(grade)), node("span", "", words));
      button.disabled = !enabled || this.at >= items.length;
      button.setAttribute("aria-pressed", String(this.said[this.at] === grade));
      if (grade === proposed) button.classList.add("proposed");
      button.addEventListener("click", () => {
        this.judge(grade);
        this.root.focus({ preventScroll: true });
      });
      keys.append(button);
    }
    const back = node("button", "grade back");
    back.type = "button";
    back.append(node("kbd", "", "U"), node("span", "", "take back"));
    back.disabled = !enabled || this.history.length === 0;
    back.addEventListener("click", () => {
      this.undo();
      this.root.focus({ preventScroll: true });
    });
    keys.append(back, node("span", "hint", "← → walk without judging"));
    parts.push(keys);
    this.root.replaceChildren(...parts);
    const now = strip.children[this.at];
    if (now) strip.scrollLeft = Math.max(0, now.offsetLeft - strip.clientWidth / 2);
    if (inside) this.root.focus({ preventScroll: true });
  }
}
