// Draws a table whose every text arrives as data and leaves as textContent.

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

const FIGURE = /^[+\u2212]?[\d,]+(\.\d+)?%?$/;
const NONE = "\u2013";
const HOLDS_FIGURE = /\d|^\u2013$/;
const SHORT = 14; // characters that a line always has room for

// The room that a column's figures need where each has as many decimals as the others, else 0.
function figuresRoom(cells) {
  const texts = cells.map((cell) => cell.text).filter((text) => text !== NONE && text !== "");
  const decimals = new Set(texts.map((text) => text.replace("%", "").split(".")[1]?.length ?? 0));
  if (!texts.length || decimals.size > 1 || !texts.every((text) => FIGURE.test(text))) return 0;
  const lengths = texts.map((text) => text.length);
  return Math.min(...lengths) < Math.max(...lengths) ? Math.max(...lengths) : 0;
}

function drawCell(cell, column, first, room) {
  const box = node(first ? "th" : "td");
  if (first) box.scope = "row";
  const line = node("div", "line");
  const text = node("span", room ? "text figure" : "text", cell.text);
  if (room) text.style.minWidth = `${room}ch`;
  text.classList.toggle("words", !first && (column.words || !HOLDS_FIGURE.test(cell.text)));
  text.classList.toggle("short", !first && cell.text.length <= SHORT);
  line.append(text);
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
  const rooms = data.columns.map((_, i) => figuresRoom(data.rows.map((row) => row[i])));
  for (const row of data.rows) {
    const line = node("tr");
    line.append(...row.map((cell, i) => drawCell(cell, data.columns[i], i === 0, i && rooms[i])));
    body.append(line);
  }
  table.append(top, body);
  const scroll = parentElement.querySelector(".scroll");
  scroll.replaceChildren(table);
  if (data.file) scroll.append(saveLine(data.file, data.caption));
}
