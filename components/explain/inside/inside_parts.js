// Small parts of the picture, after those of drawing_parts.js.

// A state's first numbers as cells, each shaded against the largest of the row.
function strip(values) {
  const box = node("span", "strip");
  box.setAttribute("aria-hidden", "true");
  const largest = Math.max(...values.map(Math.abs), 1e-9);
  for (const value of values) {
    const cell = node("i", value < 0 ? "cell below" : "cell");
    cell.style.setProperty("--w", `${Math.round((100 * Math.abs(value)) / largest)}%`);
    box.append(cell);
  }
  return box;
}

function wordsOfTokens(tokens, segments, most) {
  const box = node("span", "tokens");
  const shown = tokens.length > most ? [...tokens.keys()].slice(0, most) : [...tokens.keys()];
  for (const place of shown) {
    const kind = { q: "token asked", d: "token", s: "token special" }[segments[place]];
    box.append(node("span", kind, tokens[place]));
  }
  if (tokens.length > most) box.append(node("span", "rest", `+ ${tokens.length - most} more`));
  return box;
}
