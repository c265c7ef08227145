// A matrix of cosines. Tokens are hostile: they only ever become text nodes.

const opened = new WeakSet();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".ms");
  const draw = () => root.replaceChildren(table(data, opened.has(root), () => {
    if (!opened.delete(root)) opened.add(root);
    draw();
    root.querySelector(".ms-fold").focus();
  }));
  draw();
  root.tabIndex = 0;
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", data.name);
}

// The special tokens stand in one row that sums like theirs; a click lists them one by one.
function folded(data, open, toggle) {
  const made = element("tr", "ms-folded");
  const head = element("th");
  head.scope = "row";
  const button = element("button", "ms-fold", `${open ? "▾" : "▸"} ${data.folded.label}`);
  button.type = "button";
  button.title = data.folded.names;
  button.setAttribute("aria-expanded", String(open));
  button.addEventListener("click", toggle);
  head.append(button);
  const names = element("td", "ms-names", data.folded.names);
  names.colSpan = data.document.length;
  made.append(head, names, element("td", "ms-max", data.folded.sum));
  return made;
}

function table(data, open, toggle) {
  const made = element("table");
  made.append(element("caption", "", "Rows are query tokens, columns document tokens."));
  const hidden = new Set(open ? [] : data.special);
  const hot = new Set(data.best.filter((_, row) => !hidden.has(row)));
  const top = element("tr");
  top.append(element("th", "", "query ╲ document"));
  data.document.forEach((token, column) => {
    const head = element("th");
    head.scope = "col";
    head.append(element("span", hot.has(column) ? "ms-token ms-hot" : "ms-token", token));
    top.append(head);
  });
  top.append(element("th", "ms-max", "best match"));
  const head = element("thead");
  head.append(top);
  const body = element("tbody");
  const special = new Set(data.special);
  data.query.forEach((token, row) => {
    if (!special.has(row)) body.append(line(data, token, row));
  });
  if (data.folded) {
    body.append(folded(data, open, toggle));
    if (open) for (const row of data.special) body.append(line(data, data.query[row], row, "ms-part"));
  }
  const foot = element("tfoot");
  const last = element("tr");
  last.append(element("th", "", "sum"));
  const filler = element("td");
  filler.colSpan = data.document.length;
  last.append(filler, element("td", "ms-max", data.score));
  foot.append(last);
  made.append(head, body, foot);
  return made;
}

function line(data, token, row, name = "") {
  const made = element("tr", name);
  const head = element("th", "", token);
  head.scope = "row";
  made.append(head);
  data.document.forEach((other, column) => {
    const cell = element("td", column === data.best[row] ? "ms-best" : "");
    const share = Math.round(100 * data.shades[row][column]);
    cell.style.background = `color-mix(in oklab, light-dark(${data.high}) ${share}%, light-dark(${data.low}))`;
    cell.title = `${token} · ${other}: ${data.cosines[row][column].toFixed(4)}`;
    made.append(cell);
  });
  made.append(element("td", "ms-max", data.maxima[row]));
  return made;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
