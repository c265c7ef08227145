// The pieces of the ranking columns: cards, heads, placeholders, legend. Document
// text is hostile: it only ever enters the page through textContent.
// ranking_columns.js follows in the same module (see ranking_columns.py).

const SVG = "http://www.w3.org/2000/svg";

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function stroke(name, d) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", name);
  path.setAttribute("d", d);
  return path;
}

function judgment(grade) {
  const badge = node("span", "grade");
  const pips = node("span", "pips");
  for (let i = 1; i <= grade.of; i += 1) {
    pips.append(node("i", i <= grade.value ? "pip full" : "pip"));
  }
  badge.append(pips, node("span", "figure", String(grade.value)));
  badge.title = `Judged ${grade.value}: ${grade.words}`;
  return badge;
}

function movement(move) {
  const badge = node("span", `move ${move.direction}`);
  badge.append(node("span", "mark", move.mark));
  if (move.note) {
    const [first, ...rest] = move.note.split(" ");
    const note = node("span");
    note.append(node("span", "first", `${first} `), rest.join(" "));
    badge.append(note);
  }
  badge.title = move.sentence;
  return badge;
}

// What a line shows of a movement: coming into the top is a way of going up.
function directionOf(move) {
  if (!move) return "plain";
  return move.direction === "rescued" || move.direction === "entered" ? "up" : move.direction;
}

// What the marks of a card stand for; read after its visible text, which is its name's start.
function spoken(card, column) {
  const parts = [`rank ${card.rank} in ${column.label}`, `${column.kind} ${card.score}`];
  if (column.provisional) parts.push("provisional");
  if (card.move) parts.push(card.move.sentence);
  if (card.tie) parts.push(card.tie.split(":")[0]); // why stands once, below the lists
  if (card.grade) parts.push(`judged ${card.grade.value}, ${card.grade.words}`);
  if (card.opened) parts.push("opened last");
  if (card.cut) parts.push(`${card.cut} tokens not read`);
  return parts.join("; ");
}

function drawCard(card, column) {
  const box = node("div", "card");
  box.dataset.doc = card.id;
  if (card.opened) box.classList.add("opened");
  box.setAttribute("role", "button");
  box.tabIndex = -1;
  const title = node("div", "title", card.title);
  title.title = card.title;
  const snippet = node("div", "snippet");
  for (const [text, marked] of card.snippet) {
    snippet.append(marked ? node("mark", "", text) : document.createTextNode(text));
  }
  const words = node("div", "words");
  words.append(title, snippet);
  const foot = node("div", "foot");
  const score = node("span", "score", card.score);
  score.title = column.kind;
  foot.append(score);
  if (card.tie) {
    const tie = node("span", "tie", "≈");
    tie.title = card.tie;
    foot.append(tie);
  }
  if (card.grade) foot.append(judgment(card.grade));
  if (card.move) foot.append(movement(card.move));
  const rank = node("span", "rank", String(card.rank));
  if (card.cut) {
    const cut = node("span", "cut", "✂");
    cut.title = `The last ${card.cut} tokens lie beyond the model's limit and were not read`;
    rank.append(cut);
  }
  box.append(rank, words, foot, node("span", "spoken", spoken(card, column)));
  return box;
}

function drawHead(column) {
  const head = node("div", "head");
  head.style.setProperty("--light", column.colours[0]);
  head.style.setProperty("--dark", column.colours[1]);
  const first = node("div", "line");
  first.append(node("span", "label", column.label));
  if (column.baseline) first.append(node("span", "tag", "baseline"));
  if (column.progress) {
    const [done, total] = column.progress;
    const far = column.provisional ? `${done} of ${total}` : `scored ${done} of ${total}`;
    first.append(node("span", "time", total ? far : "waiting"));
    const bar = node("div", "bar");
    const fill = node("div", "fill");
    fill.style.width = `${total ? (100 * done) / total : 0}%`;
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", `${column.label} scoring`);
    bar.setAttribute("aria-valuemax", String(total));
    bar.setAttribute("aria-valuenow", String(done));
    bar.append(fill);
    head.append(bar);
  } else if (column.time) {
    const time = node("span", "time", column.time);
    time.title = column.cached ? `This stage's own steps, ${column.cached}` : "This stage's own steps";
    if (column.cached) {
      // the narrow head says how much was cached; what it cost stands in the strip and the tooltip
      const share = column.cached.split(",")[0].replace(/ ?scores ?/, " ").trim();
      time.append(node("span", "cached", ` ${share}`));
    }
    first.append(time);
  }
  const second = node("div", "line small");
  const model = node("span", "model", column.model);
  model.title = column.model_name;
  const kind = node("span", column.provisional ? "tag" : "kind", column.provisional ? "provisional" : column.kind);
  if (column.provisional) kind.title = "The first stage's best are read first; this order changes until all are scored";
  second.append(model, kind, node("span", "where"));
  head.append(first, second);
  if (column.quality) {
    const third = node("div", "line small quality");
    third.append(node("span", "ndcg", `${column.quality.measure} ${column.quality.ndcg}`));
    if (column.quality.judged) third.append(node("span", "judged", column.quality.judged));
    third.title = `${column.quality.measure} of this column by the query's judgments; unjudged documents count as not relevant`;
    head.append(third);
  }
  return head;
}

function drawColumn(column, rows) {
  const box = node("div", "col");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `${column.label} ranking`);
  if (column.progress) box.setAttribute("aria-busy", "true");
  if (column.provisional) box.classList.add("provisional");
  if (column.progress && !column.provisional) {
    for (let i = 0; i < rows; i += 1) {
      const ghost = node("div", "ghost");
      ghost.append(node("i", "wide"), node("i", ""), node("i", "short"));
      box.append(ghost);
    }
  } else if (column.cards.length === 0) {
    const empty = node("div", "empty");
    empty.append(node("b", "", column.empty[0]), node("span", "", column.empty[1]));
    box.append(empty);
  } else {
    box.append(...column.cards.map((card) => drawCard(card, column)));
  }
  return box;
}

function sample(name, text) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 30 8");
  svg.setAttribute("aria-hidden", "true");
  svg.append(stroke(`slope ${name}`, "M1 4H29"));
  const item = node("span", "item");
  item.append(svg, node("span", "", text));
  return item;
}

function explained(mark, text) {
  const item = node("span", "item");
  item.append(mark, node("span", "", text));
  return item;
}

// What every mark means. Lines and badges alike speak of the movement against the baseline.
function drawLegend(box, against, ties) {
  const pips = node("span", "pips");
  for (const full of [true, true, false]) pips.append(node("i", full ? "pip full" : "pip"));
  box.replaceChildren(
    explained(node("span", "tag", "baseline"), `${against}; lines and badges show the movement against it:`),
    sample("up", "▲ up"),
    sample("down", "▼ down"),
    sample("same", "= same rank"),
    explained(node("span", "move new", "new"), "not in the baseline's list"),
    explained(node("span", "move rescued", "rescued"), "judged relevant, came into the top 10"),
    explained(node("span", "move entered", "entered"), "came in, not judged relevant"),
    explained(pips, "judgment (here 2 of 3)"),
    explained(node("span", "", "✂"), "its end was not read"),
    ...(ties ? [explained(node("span", "", "≈"), "near tie, too close to call")] : []),
    node("span", "keys", "point at a card to follow it · arrow keys move · Enter opens"),
  );
}
