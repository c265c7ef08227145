// A table that is built in the browser, with the button that saves it as CSV; after
// drawing_parts.js and save_file.js. Cells are written as system/csv_writing.py writes them.

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const WRITTEN_NUMBER = /^[−-]?\d{1,3}(,\d{3})*(\.\d+)?$/;

function csvCell(cell) {
  let text = cell instanceof Node ? cell.textContent : String(cell);
  if (WRITTEN_NUMBER.test(text)) text = text.replace("−", "-").replaceAll(",", ""); // as programs read it
  // What opens a formula after spaces does so in spreadsheets that trim their cells.
  if (FORMULA.test(text.replace(/^[ \u00a0]+/, "")) && !PLAIN_NUMBER.test(text)) text = `'${text}`;
  return /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvOf(head, rows) {
  return [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

function savedTable(caption, head, rows) {
  const name = caption.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "table";
  const save = button("plain csv no-picture", "CSV", () => saveFile(`${name}.csv`, csvOf(head, rows), "text/csv"));
  save.setAttribute("aria-label", `Save the table “${caption}” as CSV`);
  return node("div", "saved-table", table(caption, head, rows), save);
}
