// Draws the stage strip: a bar in proportion, and beneath it every figure in words.

function node(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function coloured(element, part) {
  element.style.setProperty("--light", part.colours[0]);
  element.style.setProperty("--dark", part.colours[1]);
  if (part.cached) element.classList.add("from-cache");
  return element;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".strip");
  const bar = node("div", "bar");
  const words = node("ul", "words");
  bar.setAttribute("aria-hidden", "true");
  for (const part of data.parts) {
    const piece = coloured(node("div", "piece"), part);
    piece.style.flexGrow = String(part.share);
    const percent = part.share < 0.005 ? "under 1 %" : `${Math.round(100 * part.share)} %`;
    piece.title = `${part.label}: ${part.text}, ${percent}`;
    bar.append(piece);
    const item = node("li", "item");
    item.title = `${percent} of the search · ${part.detail}`;
    item.append(
      coloured(node("span", "swatch"), part),
      node("span", "label", part.label),
      node("span", "value", part.text),
    );
    if (part.cached) item.append(node("span", "cached", part.cached));
    words.append(item);
  }
  const total = node("li", "item total");
  total.append(node("span", "label", "Total"), node("span", "value", data.total));
  if (data.running) total.append(node("span", "cached", data.running));
  words.append(total);
  root.replaceChildren(bar, words);
}
