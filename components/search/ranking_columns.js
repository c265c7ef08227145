// The ranking columns as a whole: layout, slope lines, following a document, keys.
// Ids are compared, never put into a selector. Continues ranking_columns_cards.js.

const NARROWEST = 186; // px a column needs before the columns scroll sideways
const GAP = 36; // px between columns, as in the style sheet
const LINGER = 150; // ms that a document stays followed between two cards
const views = new WeakMap();

// The baseline and the cross-encoder before the others: two fit on any screen.
function leadingFirst(data) {
  const isLeading = (i) => i === data.anchor || data.columns[i].stage === "cross-encoder";
  const all = data.columns.map((_, i) => i);
  const order = [...all.filter(isLeading), ...all.filter((i) => !isLeading(i))];
  order.sort((one, other) => (other === data.anchor) - (one === data.anchor));
  return {
    ...data,
    columns: order.map((i) => data.columns[i]),
    where: Object.fromEntries(
      Object.entries(data.where).map(([doc, ranks]) => [doc, order.map((i) => ranks[i])]),
    ),
    anchor: data.anchor < 0 ? -1 : 0,
  };
}

class View {
  constructor(root) {
    this.root = root;
    this.heads = node("div", "heads");
    this.board = node("div", "board");
    this.lines = document.createElementNS(SVG, "svg");
    this.lines.setAttribute("class", "lines");
    this.lines.setAttribute("aria-hidden", "true");
    this.drawn = []; // per column: { json, head, col }
    this.followed = null;
    this.generation = 0;
    const pane = node("div", "pane");
    pane.append(this.heads, this.board);
    this.board.append(this.lines);
    this.legend = node("div", "legend");
    root.replaceChildren(this.legend, pane);
    this.listen();
    this.enter = (event) => this.enterByArrow(event);
    this.observer = new ResizeObserver(() => this.layout());
    this.scroll = new ScrollPlace(root);
  }

  show(whole, send) {
    this.whole = whole;
    this.send = send;
    this.draw();
    this.observer.observe(this.board);
    this.scroll.attach();
    document.addEventListener("keydown", this.enter);
    this.generation += 1;
    const mine = this.generation;
    return () => {
      if (mine !== this.generation) return;
      this.observer.disconnect();
      this.scroll.detach();
      document.removeEventListener("keydown", this.enter);
    };
  }

  // Draws what is shown, in the order that the width allows.
  draw() {
    this.narrow = this.isNarrow(this.whole.columns.length);
    const data = this.narrow ? leadingFirst(this.whole) : this.whole;
    this.root.classList.toggle("scrolls", this.narrow);
    this.root.classList.toggle("more", this.narrow && data.columns.length > 2);
    const cards = this.cards().flat();
    const held = cards.find((card) => card === this.root.getRootNode().activeElement);
    const place = held && [this.columnOf(held), held.dataset.doc];
    if (!this.data || this.data.against !== data.against || this.data.tie !== data.tie) {
      drawLegend(this.legend, data.against, data.tie);
    }
    this.data = data;
    const lengths = data.columns.map((column) => column.cards.length);
    const rows = Math.max(...lengths, data.columns.some((column) => column.progress) ? data.top : 4);
    for (const look of ["compact", "stage"]) this.root.classList.toggle(look, data.look === look);
    this.root.style.setProperty("--n", data.columns.length);
    this.root.style.setProperty("--rows", rows);
    for (const [name, [light, dark]] of Object.entries(data.arrows)) {
      this.root.style.setProperty(`--${name}-light`, light);
      this.root.style.setProperty(`--${name}-dark`, dark);
    }
    this.drawn = data.columns.map((column, i) => {
      const json = JSON.stringify([column, rows]);
      const old = this.drawn[i];
      if (old && old.json === json) return old;
      return { json, head: drawHead(column), col: drawColumn(column, rows) };
    });
    this.replace(this.heads, this.drawn.map((part) => part.head));
    this.replace(this.board, [...this.drawn.map((part) => part.col), this.lines]);
    const again = place && (this.cards()[place[0]] || []).find((c) => c.dataset.doc === place[1]);
    if (again && again !== held) again.focus({ preventScroll: true });
    this.roam(again || this.cards().flat().find((card) => card.tabIndex === 0));
    this.layout();
    if (this.followed !== null) this.follow(this.followed);
  }

  // Whether not all columns fit side by side.
  isNarrow(columns) {
    return this.root.clientWidth < columns * NARROWEST + (columns - 1) * GAP;
  }

  replace(parent, wanted) {
    const same = parent.children.length === wanted.length;
    if (same && wanted.every((child, i) => child === parent.children[i])) return;
    wanted.forEach((child, i) => {
      if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] || null);
    });
    while (parent.children.length > wanted.length) parent.lastElementChild.remove();
  }

  cards() {
    return this.drawn.map((part) => [...part.col.querySelectorAll(".card")]);
  }

  columnOf(card) {
    return this.drawn.findIndex((part) => part.col === card.parentElement);
  }

  // One card takes part in tabbing; arrow keys carry the place from card to card.
  roam(card) {
    const all = this.cards().flat();
    const chosen = card && all.includes(card) ? card : all[0];
    for (const other of all) other.tabIndex = other === chosen ? 0 : -1;
  }

  listen() {
    const cardOf = (event) => event.target.closest(".card");
    const open = (card) => {
      const stage = this.data.columns[this.columnOf(card)].stage;
      this.send("clicked", { stage, doc_id: card.dataset.doc });
    };
    this.board.addEventListener("pointerover", (event) => {
      const card = cardOf(event);
      clearTimeout(this.parting);
      if (!card) this.parting = setTimeout(() => this.follow(null), LINGER);
      else if (card.dataset.doc !== this.followed) this.follow(card.dataset.doc);
    });
    this.board.addEventListener("pointerleave", () => {
      clearTimeout(this.parting);
      this.follow(null);
    });
    this.board.addEventListener("focusin", (event) => {
      const card = cardOf(event);
      if (!card) return;
      this.roam(card);
      if (card.matches(":focus-visible")) this.follow(card.dataset.doc);
    });
    this.board.addEventListener("focusout", () => this.follow(null));
    this.board.addEventListener("click", (event) => {
      const card = cardOf(event);
      if (card) open(card);
    });
    this.board.addEventListener("keydown", (event) => {
      const card = cardOf(event);
      if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") open(card);
      else if (event.key === "Escape") this.follow(null);
      else {
        const target = this.neighbour(card, event.key);
        if (target === undefined) return;
        if (target) target.focus();
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  // An arrow key leads into the cards where nothing else has the focus.
  enterByArrow(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.key.startsWith("Arrow") || event.target !== document.body) return;
    const card = this.cards().flat().find((each) => each.tabIndex === 0);
    if (!card || document.querySelector('[role="dialog"]')) return;
    card.focus();
    event.preventDefault();
  }

  // The card that a key leads to, null at an edge, undefined for any other key.
  neighbour(card, key) {
    const grid = this.cards();
    const at = this.columnOf(card);
    const row = grid[at].indexOf(card);
    if (key === "ArrowDown") return grid[at][row + 1] || null;
    if (key === "ArrowUp") return grid[at][row - 1] || null;
    if (key === "Home") return grid[at][0];
    if (key === "End") return grid[at][grid[at].length - 1];
    if (key !== "ArrowLeft" && key !== "ArrowRight") return undefined;
    const step = key === "ArrowLeft" ? -1 : 1;
    for (let i = at + step; i >= 0 && i < grid.length; i += step) {
      if (grid[i].length === 0) continue;
      const same = grid[i].find((other) => other.dataset.doc === card.dataset.doc);
      return same || grid[i][Math.min(row, grid[i].length - 1)];
    }
    return null;
  }

  layout() {
    if (this.narrow !== this.isNarrow(this.drawn.length)) {
      this.draw();
      return;
    }
    const titles = [...this.board.querySelectorAll(".title")];
    const single = titles.map((title) => title.clientHeight < 1.6 * parseFloat(getComputedStyle(title).lineHeight));
    titles.forEach((title, i) => title.parentElement.classList.toggle("single", single[i]));
    this.places = this.drawn.map((part) => {
      const cards = [...part.col.querySelectorAll(".card")];
      const left = part.col.offsetLeft;
      const rows = new Map();
      cards.forEach((card) => rows.set(card.dataset.doc, card.offsetTop + card.offsetHeight / 2));
      return { rows, left, right: left + part.col.offsetWidth };
    });
    this.slopes = [];
    const moves = this.data.columns.map(
      (column) => new Map(column.cards.map((card) => [card.id, card.move])),
    );
    for (let i = 0; i + 1 < this.places.length; i += 1) {
      const [from, to] = [this.places[i], this.places[i + 1]];
      for (const [doc, y] of from.rows) {
        if (!to.rows.has(doc)) continue;
        const end = to.rows.get(doc);
        // The line belongs to the card at its end away from the baseline, and says what that
        // card's badge says: one colour, one meaning, whatever way the line itself slants.
        const owner = i + 1 <= this.data.anchor ? i : i + 1;
        const name = directionOf(moves[owner].get(doc));
        const bend = (to.left - from.right) / 2;
        const [x, z] = [from.right, to.left];
        const path = stroke(`slope ${name}`, `M${x} ${y}C${x + bend} ${y} ${z - bend} ${end} ${z} ${end}`);
        path.dataset.doc = doc;
        path.dataset.of = this.data.columns[owner].stage;
        this.slopes.push({ doc, path });
      }
    }
    this.lines.replaceChildren(...this.slopes.map((slope) => slope.path));
    if (this.followed !== null) this.hints(this.followed);
  }

  // Highlight one document everywhere (null: none) and say where it hides.
  follow(doc) {
    const listed = doc !== null && Object.hasOwn(this.data.where, doc);
    this.followed = listed ? doc : null;
    this.root.classList.toggle("following", listed);
    for (const card of this.cards().flat()) {
      card.classList.toggle("on", listed && card.dataset.doc === doc);
    }
    for (const slope of this.slopes) {
      slope.path.classList.toggle("on", listed && slope.doc === doc);
      if (listed && slope.doc === doc) this.lines.append(slope.path);
    }
    this.drawn.forEach((part, i) => {
      const rank = listed ? this.data.where[doc][i] : -1;
      const shown = listed && this.places[i].rows.has(doc);
      const say = listed && !shown && rank >= 0;
      part.head.classList.toggle("away", say);
      part.head.querySelector(".where").textContent = !say
        ? ""
        : rank === 0
          ? "not in this list"
          : `here at rank ${rank}`;
    });
    this.hints(this.followed);
  }

  // Short tails with a rank, where the followed document lies below a neighbour's cards.
  hints(doc) {
    this.lines.querySelectorAll(".hint").forEach((hint) => hint.remove());
    if (doc === null) return;
    for (let i = 0; i + 1 < this.places.length; i += 1) {
      this.hint(doc, i, i + 1);
      this.hint(doc, i + 1, i);
    }
  }

  hint(doc, from, to) {
    const rank = this.data.where[doc][to];
    const y = this.places[from].rows.get(doc);
    if (y === undefined || rank <= 0 || this.places[to].rows.has(doc)) return;
    const rightward = to > from;
    const x = rightward ? this.places[from].right : this.places[from].left;
    const middle = x + (rightward ? GAP : -GAP) / 2;
    const tail = stroke("slope hint on",
      `M${x} ${y}C${middle} ${y} ${middle} ${y} ${middle} ${y + 26}`);
    const text = document.createElementNS(SVG, "text");
    text.setAttribute("class", "hint");
    text.setAttribute("x", middle);
    text.setAttribute("y", y + 40);
    text.textContent = String(rank);
    this.lines.append(tail, text);
  }
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".rc");
  if (!views.has(root)) views.set(root, new View(root));
  return views.get(root).show(data, setTriggerValue);
}
