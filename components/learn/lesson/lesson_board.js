// The picture: documents as cards with a bar for each column's score. A column that a step
// reveals fills its cells, and the cards move into its order.

// A show as it stands at a step:
// {show, result, visible, fresh, leading, order, arranging, guess, guessed, sortable}
class Board {
  constructor(words, act) {
    this.words = words;
    this.act = act; // {sort(column), arranged(order)}
    this.opened = new Set(); // documents whose whole text is shown
    this.root = node("div", "board");
    new ResizeObserver(() => this.offerWholeTexts()).observe(this.root);
  }

  draw(view) {
    const places = placesOf(this.root, "[data-key]");
    const focused = this.focusedName();
    this.view = view;
    const kind = view.show.kind;
    const drawn = kind === "curve" ? curvePicture(this.words, view)
      : kind === "search" && !view.arranging ? [this.lists(view)] : [this.rows(view)];
    this.root.replaceChildren(...drawn);
    this.offerWholeTexts();
    const wait = view.fresh.length && !CALM.matches ? 500 : 0;
    moveFrom(places, this.root, "[data-key]", { delay: wait });
    if (focused) this.root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  }

  focusedName() {
    const focused = this.root.getRootNode().activeElement;
    return focused && this.root.contains(focused) ? focused.dataset.focus : null;
  }

  // ---- rows: one card a document, one cell a column ----

  rows(view) {
    const columns = view.arranging ? [] : view.show.columns;
    const table = node("div", `rows n${columns.length}${view.order.length > 3 ? " many" : ""}`);
    table.setAttribute("role", "table");
    table.setAttribute("aria-label", view.name);
    table.style.setProperty("--n", String(columns.length));
    table.append(this.head(view, columns));
    const body = node("div", "body");
    body.setAttribute("role", "rowgroup");
    view.order.forEach((key, place) => body.append(this.row(view, columns, key, place)));
    table.append(body);
    if (view.arranging) new Arranging(body, this, view);
    return table;
  }

  head(view, columns) {
    const line = node("div", "heads");
    line.setAttribute("role", "row");
    const first = node("div", "head first", this.words[view.show.kind === "cost" ? "ways" : "documents"]);
    first.setAttribute("role", "columnheader");
    line.append(first);
    for (const column of columns) line.append(this.columnHead(view, column, "columnheader"));
    const group = node("div", "heads-group", line);
    group.setAttribute("role", "rowgroup");
    return group;
  }

  columnHead(view, column, role) {
    const shown = view.visible.includes(column.name);
    const head = lightable(node("div", `head${shown ? "" : " hidden"}`), `column:${column.name}`);
    toned(head, column);
    if (role) head.setAttribute("role", role);
    const name = node("span", "label", column.label);
    const leads = view.leading === column.name;
    if (shown && column.ranks && role && view.sortable) {
      const sort = button("sort", "", () => this.act.sort(column.name));
      sort.append(name, node("span", "arrow", leads ? " ▼" : ""));
      sort.title = say(this.words, "sort_by", { column: column.label });
      sort.dataset.focus = `sort ${column.name}`;
      head.append(sort);
      head.setAttribute("aria-sort", leads ? "descending" : "none");
    } else head.append(name);
    head.append(node("span", "unit", shown ? column.unit : this.words.not_revealed));
    const model = view.result.models[column.name];
    if (shown && model) head.title = model;
    return head;
  }

  row(view, columns, key, place) {
    const row = node("div", "row");
    row.dataset.key = key;
    row.setAttribute("role", "row");
    row.append(this.documentCell(view, key, place));
    for (const column of columns) row.append(this.cell(view, column, key, place));
    return row;
  }

  documentCell(view, key, place) {
    const shown = documentOf(view, key);
    const cell = lightable(node("div", view.arranging ? "doc keeps" : "doc"), `row:${key}`);
    cell.setAttribute("role", "rowheader");
    cell.append(this.placeMark(view, key, place));
    const words = node("div", "doc-words");
    if (shown.title) words.append(node("div", "title", shown.title));
    if (shown.query) words.append(node("div", "own-query", `${this.words.query}: “${shown.query}”`));
    if (shown.text) words.append(this.textOf(key, shown));
    cell.append(words);
    return cell;
  }

  placeMark(view, key, place) {
    const numbered = view.leading || view.arranging;
    const mark = node("div", "place", numbered ? String(place + 1) : "");
    if (!numbered) mark.classList.add("none");
    const guess = view.guess && !view.arranging ? view.guess.indexOf(key) : -1;
    if (guess >= 0) mark.append(this.guessMark(view, guess, place));
    return mark;
  }

  // Where the learner put it, beside where it came.
  guessMark(view, guess, place) {
    const right = view.guessed && guess === place;
    const mark = node("span", `guess${view.guessed ? (right ? " right" : " wrong") : ""}`,
      `${right ? "✓ " : ""}${say(this.words, "you_said", { n: guess + 1 })}`);
    return mark;
  }

  textOf(key, shown) {
    const open = this.opened.has(key);
    const text = node("div", `text${open ? "" : " clamped"}`, shown.text);
    const toggle = button("more", "", () => {
      if (!this.opened.delete(key)) this.opened.add(key);
      this.draw({ ...this.view, fresh: [] });
    });
    toggle.dataset.focus = `more ${key}`;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.append(chevron(open));
    toggle.title = this.words[open ? "less" : "more"];
    toggle.setAttribute("aria-label", `${this.words[open ? "less" : "more"]}: ${shown.title || key}`);
    return node("div", "text-box", text, toggle);
  }

  // A text that fits needs no way to the whole of it.
  offerWholeTexts() {
    for (const box of this.root.querySelectorAll(".text-box")) {
      const [text, toggle] = box.children;
      toggle.hidden = text.classList.contains("clamped") && text.scrollHeight <= text.clientHeight + 2;
    }
  }

  cell(view, column, key, place) {
    const shown = view.visible.includes(column.name);
    const leads = view.leading === column.name;
    const cell = lightable(node("div", `cell${shown ? "" : " hidden"}${leads ? " leads" : ""}`),
      `row:${key}`, `column:${column.name}`, `cell:${key}:${column.name}`);
    toned(cell, column);
    cell.setAttribute("role", "cell");
    cell.append(node("span", "cell-label", column.label));
    if (!shown) {
      cell.append(node("span", "unknown", "?"));
      return cell;
    }
    const value = (view.result.values[column.name] || {})[key];
    if (value === undefined) {
      cell.append(node("span", "value", "–"));
      return cell;
    }
    const fresh = view.fresh.includes(column.name);
    const rank = column.ranks ? (view.result.order[column.name] || []).indexOf(key) : -1;
    const number = node("span", "value", figure(column, value));
    const line = node("span", "number", ...(rank >= 0 ? [rankMark(this.words, rank)] : []), number);
    const bar = barOf(view, column, value);
    cell.append(line, bar);
    if (fresh) {
      comeIn(number, 60 * place);
      growBar(bar.querySelector(".fill"), 60 * place);
    }
    if (leads) this.gapBelow(view, column, place, cell);
    return cell;
  }

  // How far the next one lies below, where rows are in this column's order.
  gapBelow(view, column, place, cell) {
    const values = view.result.values[column.name] || {};
    const [here, next] = [values[view.order[place]], values[view.order[place + 1]]];
    if (here === undefined || next === undefined || view.show.kind === "cost") return;
    const gap = lightable(node("span", "gap", `↕ ${figure({ ...column, format: column.format === "signed" ? "" : column.format }, here - next)}`), "gap", `column:${column.name}`);
    gap.title = say(this.words, "gap", { gap: figure(column, here - next) });
    cell.append(gap);
  }

  // ---- lists: the best of each column, as a search gives them ----

  lists(view) {
    const box = node("div", "lists");
    box.style.setProperty("--n", String(view.show.columns.filter((column) => column.ranks).length));
    const ranking = view.show.columns.filter((column) => column.ranks);
    const others = view.show.columns.filter((column) => !column.ranks && view.visible.includes(column.name));
    ranking.forEach((column) => box.append(this.list(view, column, others, ranking)));
    const shown = ranking.filter((column) => view.visible.includes(column.name));
    if (shown.length < 2) return node("div", "", box);
    return node("div", "", box, node("p", "note", say(this.words, "moves", { column: shown[0].label })));
  }

  list(view, column, others, ranking) {
    const list = node("section", "list");
    list.setAttribute("aria-label", say(this.words, "ranking_of", { column: column.label }));
    list.append(this.columnHead(view, column, ""));
    const shown = view.visible.includes(column.name);
    const keys = (view.result.order[column.name] || []).slice(0, view.show.top);
    const cards = node("ol", "cards");
    if (!shown) {
      for (let place = 0; place < (keys.length || view.show.top); place += 1) {
        cards.append(toned(lightable(node("li", "card hidden", node("span", "unknown", "?")), `column:${column.name}`), column));
      }
    } else {
      const before = ranking.find((each) => view.visible.includes(each.name));
      keys.forEach((key, place) => cards.append(this.card(view, column, key, place, others, before)));
    }
    list.append(cards);
    return list;
  }

  card(view, column, key, place, others, before) {
    const shown = documentOf(view, key);
    const card = lightable(node("li", "card"), `row:${key}`, `column:${column.name}`, `cell:${key}:${column.name}`);
    toned(card, column);
    card.dataset.key = `${column.name} ${key}`;
    card.dataset.row = key;
    const fresh = view.fresh.includes(column.name);
    const value = (view.result.values[column.name] || {})[key];
    const head = node("div", "card-head", node("span", "place", String(place + 1)), node("span", "title", shown.title || key));
    card.append(head);
    if (shown.text) card.append(this.textOf(`${column.name} ${key}`, shown));
    if (value !== undefined) {
      const bar = barOf(view, column, value);
      const extra = others.filter((each) => (view.result.values[each.name] || {})[key] !== undefined)
        .map((each) => this.extra(view, each, key));
      const move = before && before !== column ? [this.move(view, before, key, place)] : [];
      card.append(node("div", "card-foot", node("span", "value", figure(column, value)), bar, ...move, ...extra));
      if (fresh) growBar(bar.querySelector(".fill"), 90 * place);
    }
    if (fresh) comeIn(card, 90 * place);
    card.addEventListener("pointerenter", () => this.follow(key));
    card.addEventListener("pointerleave", () => this.follow(null));
    return card;
  }

  // A number of a column that ranks nothing, such as the judgment, on the card itself.
  extra(view, column, key) {
    const words = `${column.label}: ${figure(column, view.result.values[column.name][key])}`;
    return toned(lightable(node("span", "extra", words), `column:${column.name}`, `cell:${key}:${column.name}`), column);
  }

  // The same document in every list.
  follow(key) {
    for (const card of this.root.querySelectorAll(".card")) card.classList.toggle("followed", key !== null && card.dataset.row === key);
  }

  move(view, before, key, place) {
    const order = view.result.order[before.name] || [];
    const was = order.indexOf(key);
    if (was < 0) return node("span", "move up", say(this.words, "entered", { n: order.length }));
    const by = was - place;
    const mark = node("span", by > 0 ? "move up" : by < 0 ? "move down" : "move", by > 0 ? `▲${by}` : by < 0 ? `▼${-by}` : "=");
    mark.title = say(this.words, "against", { column: before.label, n: was + 1 });
    return mark;
  }
}

function documentOf(view, key) {
  return view.result.documents.find((each) => each.key === key) || view.show.documents.find((each) => each.key === key) || { title: key, text: "" };
}

function chevron(up) {
  const svg = svgNode("svg", "chevron", { viewBox: "0 0 12 12", "aria-hidden": "true" });
  svg.append(svgNode("path", "", { d: up ? "M2 8L6 4L10 8" : "M2 4L6 8L10 4" }));
  return svg;
}

function toned(element, column) {
  element.dataset.column = column.name;
  element.style.setProperty("--light", column.colour[0]);
  element.style.setProperty("--dark", column.colour[1]);
  return element;
}

function rankMark(words, rank) {
  const mark = node("span", rank ? "rank" : "rank first", String(rank + 1));
  mark.title = say(words, "rank", { n: rank + 1 });
  return mark;
}

// A bar from zero, with a point at its end: further to the right is more.
function barOf(view, column, value) {
  const [low, high] = view.scales[column.name];
  const at = (each) => (100 * (each - low)) / (high - low);
  const [from, to] = [Math.min(at(0), at(value)), Math.max(at(0), at(value))];
  const fill = node("span", `fill${value < 0 ? " below" : ""}`);
  fill.style.left = `${from}%`;
  fill.style.width = `${Math.max(to - from, 0.5)}%`;
  fill.style.transformOrigin = value < 0 ? "right" : "left";
  const bar = node("span", "bar", node("span", "track"), fill);
  if (low < 0) {
    const zero = node("span", "zero");
    zero.style.left = `${at(0)}%`;
    bar.append(zero);
  }
  const dot = node("span", "dot");
  dot.style.left = `${at(value)}%`;
  bar.append(dot);
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

// (lowest, highest) of each column's axis: zero is always on it.
function scalesOf(columns, results) {
  const scales = {};
  for (const column of columns) {
    const values = results.flatMap((result) => Object.values((result && result.values[column.name]) || {}));
    if (column.format === "percent" || column.whole) values.push(1);
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const room = 0.04 * (high - low || 1);
    scales[column.name] = [low < 0 ? low - room : 0, high + (low < 0 ? room : 0) || 1];
  }
  return scales;
}
