// A short list of documents with their movement; every text leaves as textContent.

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".mr");
  for (const [name, [light, dark]] of Object.entries(data.arrows)) {
    root.style.setProperty(`--${name}-light`, light);
    root.style.setProperty(`--${name}-dark`, dark);
  }
  const table = node("table");
  table.append(node("caption", "", "The list after the change"));
  const head = node("tr");
  for (const title of ["#", "document", data.kind, "moved"]) {
    const cell = node("th", "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const top = node("thead");
  top.append(head);
  const body = node("tbody");
  for (const row of data.rows) {
    if (row.skipped) {
      const gap = node("tr", "gap");
      const cell = node("td", "", "⋮");
      cell.colSpan = 4;
      gap.append(cell);
      body.append(gap);
    }
    const line = node("tr", row.chosen ? "chosen" : "");
    const cell = node("td");
    const title = node("div", "title");
    cell.append(title);
    const text = node("span", "", row.title);
    text.dir = "auto";
    text.title = row.title;
    title.append(text);
    if (row.chosen) title.append(node("span", "tag", "this one"));
    const move = node("td", `move ${row.direction}`, row.mark);
    move.title = row.sentence;
    move.setAttribute("aria-label", row.sentence);
    line.append(node("td", "rank", String(row.rank)), cell, node("td", "score", row.score), move);
    body.append(line);
  }
  table.append(top, body);
  root.replaceChildren(table);
}
