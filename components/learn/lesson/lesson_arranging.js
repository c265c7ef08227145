// Cards that the learner puts into the expected order: dragged, moved by ▲ and ▼, or by keys.

class Arranging {
  constructor(body, board, view) {
    this.body = body;
    this.board = board;
    this.words = board.words;
    this.count = view.arranging.count;
    this.done = view.arranging.done;
    body.classList.add("arranging");
    body.classList.toggle("fixed", this.done);
    for (const row of body.children) this.equip(row);
    this.mark();
  }

  equip(row) {
    if (this.done) return;
    const name = row.querySelector(".title")?.textContent || row.dataset.key;
    const grip = node("button", "grip", "⠿");
    grip.type = "button";
    grip.dataset.focus = `grip ${row.dataset.key}`;
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.shift(row, by, grip);
    });
    const up = button("shift", "▲", () => this.shift(row, -1, up));
    const down = button("shift", "▼", () => this.shift(row, 1, down));
    up.setAttribute("aria-label", say(this.words, "move_up", { title: name }));
    down.setAttribute("aria-label", say(this.words, "move_down", { title: name }));
    up.dataset.focus = `up ${row.dataset.key}`;
    down.dataset.focus = `down ${row.dataset.key}`;
    row.querySelector(".doc").append(node("div", "shifts", up, down, grip));
    row.addEventListener("pointerdown", (event) => this.lift(event, row));
  }

  keys() {
    return [...this.body.children].map((row) => row.dataset.key);
  }

  // Numbers, names and the line below those that count.
  mark() {
    const rows = [...this.body.children];
    rows.forEach((row, place) => {
      row.querySelector(".place").textContent = String(place + 1);
      row.classList.toggle("counts", place < this.count);
      row.classList.toggle("last-counted", place === this.count - 1 && rows.length > this.count);
      const name = row.querySelector(".title")?.textContent || row.dataset.key;
      const grip = row.querySelector(".grip");
      grip?.setAttribute("aria-label", say(this.words, "grip", { title: name, n: place + 1, all: rows.length }));
      if (grip) grip.title = this.words.grip_help;
      const [up, down] = row.querySelectorAll(".shift");
      if (up) up.disabled = place === 0;
      if (down) down.disabled = place === rows.length - 1;
    });
  }

  shift(row, by, focused) {
    const rows = [...this.body.children];
    const place = rows.indexOf(row);
    if (place + by < 0 || place + by >= rows.length) return;
    const places = placesOf(this.body, ".row");
    if (by < 0) rows[place - 1].before(row);
    else rows[place + 1].after(row);
    this.mark();
    moveFrom(places, this.body, ".row", { duration: 220 });
    (focused.disabled ? row.querySelector(".grip") : focused).focus();
    this.tell(row);
  }

  tell(row) {
    const keys = this.keys();
    const title = row.querySelector(".title")?.textContent || row.dataset.key;
    this.board.act.arranged(keys, say(this.words, "now_place", { title, n: keys.indexOf(row.dataset.key) + 1, all: keys.length }));
  }

  // The dragged card stays where it is among the nodes; the others step over it.
  lift(event, row) {
    const path = event.composedPath();
    const onGrip = path.includes(row.querySelector(".grip"));
    if (event.button !== 0 || (event.pointerType === "touch" && !onGrip)) return;
    if (!onGrip && path.some((each) => each instanceof Element && each.matches("button, a, input"))) return;
    event.preventDefault();
    if (onGrip) row.querySelector(".grip").focus();
    const grabbed = event.clientY - row.getBoundingClientRect().top;
    row.classList.add("lifted");
    const move = (moved) => this.drag(row, moved.clientY - grabbed);
    const drop = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      row.classList.remove("lifted");
      const places = placesOf(this.body, ".row");
      row.style.transform = "";
      moveFrom(places, this.body, ".row", { duration: 180 });
      this.tell(row);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  }

  drag(row, top) {
    row.style.transform = "none";
    const height = row.offsetHeight;
    for (let turns = 0; turns < this.body.childElementCount; turns += 1) {
      const middle = top + height / 2;
      const [before, after] = [row.previousElementSibling, row.nextElementSibling];
      if (before && middle < middleOf(before)) this.step(before, () => row.after(before));
      else if (after && middle > middleOf(after)) this.step(after, () => row.before(after));
      else break;
    }
    row.style.transform = `translateY(${top - row.getBoundingClientRect().top}px)`;
    this.mark();
  }

  step(other, act) {
    const places = new Map([[other.dataset.key, other.getBoundingClientRect()]]);
    act();
    moveFrom(places, this.body, ".row", { duration: 180 });
  }
}

// Where it lies without the animation that moves it there; the body is what it is placed in.
function middleOf(row) {
  return row.parentElement.getBoundingClientRect().top + row.offsetTop + row.offsetHeight / 2;
}
