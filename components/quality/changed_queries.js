// Draws the queries that changed. Texts are hostile: they only ever become text nodes.

const WORDS = {
  compare: ["Compare", "See every stage's ranking for this query (Enter)"],
  explain: ["Explain", "See why this document scored as it did (E)"],
  open: ["Rankings", "Show both lists of this query below (Enter)"],
};
const views = new WeakMap();

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

const place = (rank) => (rank === null ? "–" : String(rank));

function signed(value) {
  const text = Math.abs(value).toFixed(3);
  if (text === "0.000") return "0.000";
  return (value > 0 ? "+" : "\u2212") + text;
}

function step(from, to) {
  const line = node("span", "step");
  line.append(node("span", "from", from), node("span", "arrow", " → "), node("b", "", to));
  return line;
}

function cell(name, label, ...children) {
  const box = node("div", `cell ${name}`);
  if (label) box.append(node("div", "label", label));
  box.append(...children);
  return box;
}

function drawRow(row, data, send) {
  const change = row.after - row.before;
  const line = node("div", "row");
  line.setAttribute("role", "listitem");
  line.dataset.query = row.query_id;
  line.classList.add(Math.abs(change) < 1e-9 ? "same" : (change > 0) === data.higher_is_better ? "won" : "lost");

  const query = node("div", "cell query");
  query.append(node("div", "text", row.text));
  const about = node("div", "about");
  for (const tag of row.tags) about.append(node("span", "tag", tag));
  if (row.note) about.append(node("span", "note", row.note));
  if (about.childNodes.length) query.append(about);

  const bar = node("div", "bar");
  const fill = node("div", "fill");
  const width = 50 * Math.min(1, Math.abs(change));
  fill.style.width = `${width}%`;
  fill.style.left = `${change < 0 ? 50 - width : 50}%`;
  bar.append(fill);
  const difference = node("div", "difference", signed(change));
  const value = cell("value", data.measure, difference, bar, step(row.before.toFixed(3), row.after.toFixed(3)));

  const first = cell("first", "first relevant at", step(place(row.first_before), place(row.first_after)));

  const moved = node("div", "cell moved");
  moved.append(node("div", "label", row.moved_id ? `moved most · relevance ${row.grade}` : "moved most"));
  if (row.moved_id) {
    moved.append(node("div", "title", row.moved_title || row.moved_id));
    const ranks = step(
      row.moved_before === null ? "not listed" : `rank ${row.moved_before}`,
      row.moved_after === null ? "not listed" : `rank ${row.moved_after}`,
    );
    moved.append(ranks);
  } else moved.append(node("div", "none", "no relevant document"));

  const ways = node("div", "cell ways");
  for (const action of data.actions) {
    const button = node("button", `way ${action}`, WORDS[action][0]);
    button.type = "button";
    button.title = WORDS[action][1];
    button.setAttribute("aria-label", `${WORDS[action][0]}: ${row.text}`);
    button.disabled = action === "explain" && !row.moved_id;
    button.addEventListener("click", () => send("asked", { action, query_id: row.query_id }));
    ways.append(button);
  }
  line.append(query, value, first, moved, ways);
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qq");
  const json = JSON.stringify(data);
  const known = views.get(root);
  if (known && known.json === json) return;
  views.set(root, { json });
  for (const [name, [light, dark]] of Object.entries(data.colours)) {
    root.style.setProperty(`--${name}-light`, light);
    root.style.setProperty(`--${name}-dark`, dark);
  }
  const head = node("div", "head");
  head.append(node("span", "from", data.before), node("span", "arrow", " → "), node("b", "", data.after));
  const list = node("div", "list");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", `Queries that changed from ${data.before} to ${data.after}`);
  list.append(...data.rows.map((row) => drawRow(row, data, setTriggerValue)));
  list.addEventListener("keydown", (event) => {
    const line = event.target.closest(".row");
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...list.children];
    const at = rows.indexOf(line);
    let target = null;
    if (event.key === "ArrowDown") target = rows[at + 1];
    else if (event.key === "ArrowUp") target = rows[at - 1];
    else if (event.key === "Home") target = rows[0];
    else if (event.key === "End") target = rows[rows.length - 1];
    else if (event.key === "e" || event.key === "E") {
      const button = line.querySelector(".explain:enabled");
      if (button) button.click();
    } else return;
    if (target) target.querySelector(".way:enabled").focus();
    event.preventDefault();
  });
  root.replaceChildren(head, list);
}
