// Names, bars and words in rows that share the height of the screen. Texts only ever become text.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".stage-bars");
  root.replaceChildren(rowsOf(data));
  const fit = () => {
    const above = root.getBoundingClientRect().top + (root.closest(".stMain")?.scrollTop ?? 0);
    root.style.setProperty("--room", `${Math.max(innerHeight - above - 16, 0)}px`);
  };
  fit();
  const late = setTimeout(fit, 400); // what stands above may still grow
  addEventListener("resize", fit);
  return () => {
    clearTimeout(late);
    removeEventListener("resize", fit);
  };
}

function rowsOf(data) {
  const table = document.createElement("table");
  const add = (parent, tag, name, text = "") => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.textContent = text;
    parent.append(element);
    return element;
  };
  add(table, "caption", "", data.caption);
  const body = add(table, "tbody", "");
  for (const row of data.rows) {
    const line = add(body, "tr", "");
    add(line, "th", "name", row.name).scope = "row";
    const bar = add(add(line, "td", "track"), "i", row.hatched ? "bar hatched" : "bar");
    bar.style.left = `${row.start}%`;
    bar.style.width = `max(${row.length}%, 0.12em)`;
    bar.style.setProperty("--light", row.colours[0]);
    bar.style.setProperty("--dark", row.colours[1]);
    add(line, "td", "words", row.words);
  }
  const scale = add(add(table, "tfoot", ""), "tr", "");
  scale.setAttribute("aria-hidden", "true");
  add(scale, "td", "");
  const ends = add(scale, "td", "ends");
  for (const text of data.ends) add(ends, "span", "", text);
  add(scale, "td", "note", data.note);
  return table;
}
