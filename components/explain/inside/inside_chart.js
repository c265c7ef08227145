// How the score forms: the value after each layer, a line a document, and the same as a table.

const ROOM = { left: 44, right: 40, top: 26, bottom: 34 };
const DASHES = ["", "7 4", "2 4", "10 3 2 3", "5 2", "1 3"];
const LEAST_GAP = 19; // px between two letters at the end of the lines

class LensChart {
  constructor() {
    this.root = node("section", "lens");
    this.sentence = node("p", "point");
    this.svg = svgNode("svg", "chart", { role: "img" });
    this.box = node("div", "chart-box", this.svg);
    this.resizes = new ResizeObserver(() => this.paint());
    this.resizes.observe(this.box);
  }

  draw(data, document) {
    this.data = data;
    this.document = document;
    this.sentence.textContent = data.formation_text;
    const apart = data.formation ? data.formation.quiet : Infinity; // up to here none leads
    const rows = data.documents[0].lens.map((_, layer) => {
      const best = Math.max(...data.documents.map((one) => one.lens[layer]));
      return [layer ? `layer ${layer}` : "embeddings", ...data.documents.map((one) => {
        const first = layer > apart && one.lens[layer] === best;
        return node("td", first ? "first" : "", `${signed(one.lens[layer])}${first ? " ◂ first" : ""}`);
      })];
    });
    this.root.replaceChildren(
      node("h3", "", "How the score forms"), this.sentence, this.box,
      node("p", "note", data.lens_note),
      unfolded("The values as a table", () => savedTable(
        `The ${data.explains} if it were read after each layer`,
        ["", ...data.documents.map((one) => `${one.letter} · ${one.title}`)], rows,
      )),
    );
    this.paint();
  }

  show(layer) {
    this.layer = layer; // null before the embeddings
    this.paint();
  }

  paint() {
    const width = this.box.clientWidth;
    if (!this.data || !width) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const height = clamp(width * 0.34, 14 * rem, 20 * rem);
    const { documents, formation } = this.data;
    const layers = documents[0].lens.length - 1;
    const values = documents.flatMap((one) => one.lens);
    const ticks = ticksBetween(Math.min(...values, 0), Math.max(...values, 0));
    const [low, high] = [ticks[0], ticks[ticks.length - 1]];
    const x = (layer) => ROOM.left + (layer * (width - ROOM.left - ROOM.right)) / layers;
    const y = (value) => ROOM.top + ((high - value) * (height - ROOM.top - ROOM.bottom)) / (high - low);
    const ends = documents.map((one) => `${one.letter} ${signed(one.lens[layers])}`).join(", ");
    this.svg.replaceChildren();
    for (const [key, value] of Object.entries({
      width, height, viewBox: `0 0 ${width} ${height}`,
      "aria-label": `Line chart of the ${this.data.explains} after each of ${layers} layers. In the end: ${ends}. ` +
        "The values stand in the table below.",
    })) this.svg.setAttribute(key, String(value));
    if (formation && formation.quiet) this.band(x(0), x(formation.quiet), height, "not told apart yet");
    for (const tick of ticks) {
      this.add("line", tick === 0 ? "zero" : "grid", { x1: ROOM.left, x2: width - ROOM.right, y1: y(tick), y2: y(tick) });
      this.text(ROOM.left - 8, y(tick) + 4, signed(tick, 0), "tick end");
    }
    this.text(2, ROOM.top - 14, this.data.explains, "tick start");
    const each = (width - ROOM.left - ROOM.right) / layers < 26 ? 2 : 1;
    for (let layer = 0; layer <= layers; layer += 1) {
      if (layer % each && layer !== layers) continue;
      if (each > 1 && layer === layers - 1) continue;
      this.text(x(layer), height - ROOM.bottom + 18, layer ? String(layer) : "emb.", "tick");
    }
    this.text((ROOM.left + width - ROOM.right) / 2, height - 2, "after layer", "tick");
    if (this.layer !== null && this.layer !== undefined) {
      this.add("line", "cursor", { x1: x(this.layer), x2: x(this.layer), y1: ROOM.top, y2: height - ROOM.bottom });
    }
    const order = [...documents.keys()].sort((a, b) => (a === this.document) - (b === this.document));
    for (const place of order) this.line(place, x, y, layers);
    this.letters(x(layers) + 18, y, layers);
  }

  line(place, x, y, layers) {
    const one = this.data.documents[place];
    const reached = this.layer ?? -1;
    const path = (from, to) => one.lens.slice(from, to + 1)
      .map((value, i) => `${i ? "L" : "M"}${x(from + i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const chosen = place === this.document ? " chosen" : "";
    this.add("path", `line ahead${chosen}`, { d: path(Math.max(reached, 0), layers), "stroke-dasharray": DASHES[place] });
    if (reached < 0) return;
    this.add("path", `line${chosen}`, { d: path(0, reached), "stroke-dasharray": DASHES[place] });
    this.add("circle", `dot${chosen}`, { cx: x(reached), cy: y(one.lens[reached]), r: 4 });
  }

  letters(x, y, layers) {
    const marks = this.data.documents
      .map((one, place) => ({ letter: one.letter, place, at: y(one.lens[layers]), end: y(one.lens[layers]) }))
      .sort((a, b) => a.at - b.at);
    marks.forEach((mark, i) => {
      if (i && mark.at < marks[i - 1].at + LEAST_GAP) mark.at = marks[i - 1].at + LEAST_GAP;
    });
    const over = marks.length ? marks[marks.length - 1].at - (Number(this.svg.getAttribute("height")) - ROOM.bottom) : 0;
    if (over > 0) for (const mark of marks) mark.at -= over;
    for (const mark of marks) {
      const chosen = mark.place === this.document ? " chosen" : "";
      this.add("path", "leader", { d: `M${x - 16} ${mark.end}L${x - 9} ${mark.at}` });
      this.add("circle", `letter-ring${chosen}`, { cx: x, cy: mark.at, r: 9 });
      this.text(x, mark.at + 4, mark.letter, `letter${chosen}`);
    }
  }

  band(from, to, height, words) {
    this.add("rect", "quiet", { x: from, y: ROOM.top, width: to - from, height: height - ROOM.top - ROOM.bottom });
    if (to - from > 130) this.text((from + to) / 2, ROOM.top + 16, words, "band-words");
  }

  add(tag, name, attributes) {
    this.svg.append(svgNode(tag, name, attributes));
  }

  text(x, y, words, name) {
    const element = svgNode("text", name, { x, y });
    element.textContent = words;
    this.svg.append(element);
  }
}

function ticksBetween(low, high) {
  const span = Math.max(high - low, 1e-6);
  const size = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => span / each <= 6);
  const ticks = [];
  for (let tick = Math.floor(low / step); tick <= Math.ceil(high / step); tick += 1) ticks.push(tick * step);
  return ticks;
}
