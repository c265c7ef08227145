// Draws a table whose every text arrives as data and leaves as textContent.

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function drawCell(cell, first) {
  const box = node(first ? "th" : "td");
  if (first) box.scope = "row";
  const line = node("div", "line");
  line.append(node("span", "text", cell.text));
  if (cell.tag) line.append(node("span", cell.dashed ? "tag dashed" : "tag", cell.tag));
  box.append(line);
  if (cell.share !== null) {
    const track = node("div", cell.signed ? "track signed" : "track");
    const fill = node("div", cell.share < 0 ? "fill below" : "fill");
    const width = (cell.signed ? 50 : 100) * Math.min(1, Math.abs(cell.share));
    fill.style.width = `${width}%`;
    if (cell.signed) fill.style.marginLeft = `${cell.share < 0 ? 50 - width : 50}%`;
    track.append(fill);
    box.append(track);
  }
  if (cell.note) box.append(node("div", "note", cell.note));
  return box;
}

function saveLine(file, caption) {
  const line = node("div", "save", "Save this table:");
  const button = node("button", "", "CSV");
  button.type = "button";
  button.setAttribute("aria-label", `Save the table “${caption}” as CSV`);
  button.addEventListener("click", () => saveFile(file.name, file.text, "text/csv"));
  line.append(button);
  return line;
}

export default function ({ parentElement, data }) {
  const table = node("table");
  table.append(node("caption", "", data.caption));
  const head = node("tr");
  for (const column of data.columns) {
    const cell = node(column.title ? "th" : "td"); // an empty cell heads nothing
    if (column.title) cell.scope = "col";
    cell.append(node("div", "title", column.title));
    if (column.note) cell.append(node("div", "note", column.note));
    head.append(cell);
  }
  const top = node("thead");
  top.append(head);
  const body = node("tbody");
  for (const row of data.rows) {
    const line = node("tr");
    line.append(...row.map((cell, i) => drawCell(cell, i === 0)));
    body.append(line);
  }
  table.append(top, body);
  const scroll = parentElement.querySelector(".scroll");
  scroll.replaceChildren(table);
  if (data.file) scroll.append(saveLine(data.file, data.caption));
}
