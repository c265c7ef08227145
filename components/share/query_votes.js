// A row for each query of a vote. Texts are hostile: they only ever become text nodes.

const KINDS = ["first", "tie", "bad", "second"];

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function drawRow(row, position, data, send) {
  const [first, second] = data.names;
  const words = [first, "tie", "both bad", second];
  const line = node("div", "row");
  line.setAttribute("role", "listitem");
  const query = node("div", "cell query");
  query.append(node("div", "text", row.query));
  for (const [voter, verdict, text] of row.comments) {
    const comment = node("div", "comment");
    comment.append(node("q", "", text), node("span", "", ` ${voter}, ${verdict}`));
    query.append(comment);
  }

  const total = row.counts.reduce((sum, count) => sum + count, 0);
  const votes = node("div", "cell votes");
  const said = row.counts.map((count, i) => `${count} ${words[i]}`).join(", ");
  const bar = node("div", "bar");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", total ? said : "no vote");
  bar.title = total ? said : "no vote";
  row.counts.forEach((count, i) => {
    if (!count) return;
    const part = node("div", `part ${KINDS[i]}`, String(count));
    part.style.flexGrow = String(count);
    bar.append(part);
  });
  if (!total) bar.append(node("div", "none", "no vote"));
  votes.append(bar);

  const ndcg = node("div", "cell ndcg");
  if (row.ndcg) ndcg.append(node("span", "", `${row.ndcg[0].toFixed(3)} → `), node("b", "", row.ndcg[1].toFixed(3)));
  else ndcg.append(node("span", "none", "not judged"));

  const way = node("button", "way", "Compare");
  way.type = "button";
  way.title = "See every stage's ranking for this query";
  way.addEventListener("click", () => send("asked", position));
  line.append(query, votes, ndcg, way);
  return line;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".qv");
  const [first, second] = data.names;
  const legend = node("div", "legend");
  [["first", first], ["tie", "tie"], ["bad", "both bad"], ["second", second]].forEach(([kind, words]) => {
    const entry = node("span", "entry");
    entry.append(node("span", `swatch ${kind}`), node("span", "", words));
    legend.append(entry);
  });
  const measure = node("span", "entry", `${data.measure}: ${first} → ${second}`);
  legend.append(measure);
  const list = node("div", "list");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", "Votes by query");
  data.rows.forEach((row, position) => list.append(drawRow(row, position, data, setTriggerValue)));
  root.replaceChildren(legend, list);
}
