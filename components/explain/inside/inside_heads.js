// A layer opened into its heads, and a head into its words.

const STRONGEST = 6;
const WAYS = { to_document: "Query → document", to_query: "Document → query" };

class LayerPanel {
  constructor(close, ask, kept) {
    this.close = close;
    this.ask = ask;
    this.kept = kept; // called when another head was chosen
    this.first = null; // the head that a link chose for the layer that is shown next
    this.loaded = new Map(); // "document:layer" to what the server sent
    this.root = node("section", "layer-panel");
    this.root.hidden = true;
    this.way = "to_document";
  }

  // Numbers of another pair or model: nothing that was loaded holds any more.
  forget() {
    this.loaded.clear();
  }

  receive(heads) {
    if (heads) this.loaded.set(`${heads.document}:${heads.layer}`, heads);
  }

  show(data, document, opened) {
    this.data = data;
    this.document = document;
    const key = opened ? `${document}:${opened.tower}:${opened.layer}` : "";
    if (key !== this.key) {
      this.head = this.first;
      this.first = null;
      this.word = null;
      this.key = key;
    }
    this.opened = opened;
    this.root.hidden = !opened;
    if (!opened) return this.root.replaceChildren();
    const atTitle = this.title && this.root.getRootNode().activeElement === this.title;
    if (opened.tower === "cross") this.crossLayer();
    else this.biLayer();
    if (atTitle) this.title.focus({ preventScroll: true }); // words that arrive draw it anew
  }

  // Show this head, from 1, of the layer that is shown next.
  begin(head) {
    this.first = head ? head - 1 : null;
  }

  // What is open, as a link says it.
  said() {
    const { tower, layer } = this.opened;
    return tower === "cross" && this.head !== null ? `cross-${layer}-${this.head + 1}` : `${tower}-${layer}`;
  }

  heading(text) {
    const title = node("h3", "", text);
    title.tabIndex = -1;
    this.title = title;
    const close = button("plain", "Close", () => this.close());
    close.title = "Esc";
    return node("div", "panel-head", title, close);
  }

  biLayer() {
    const { tower, layer } = this.opened;
    const before = tower === "beforehand";
    const text = before ? this.data.documents[this.document].alone : this.data.query_pass;
    const name = before ? "document tower" : "query tower";
    this.root.replaceChildren(
      this.heading(`Layer ${layer} of the ${name}`),
      node("p", "point", "No head of this layer can look across: the other text is not in this tower. " +
        "That is why the vector can be stored beforehand, and why no word of it can depend on the query."),
      this.stateTable(text.states[layer], this.data.dimensions[0]),
    );
  }

  crossLayer() {
    const { layer } = this.opened;
    const shown = this.data.documents[this.document];
    const shares = shown.crossing[layer - 1];
    if (this.head === null || this.head >= shares.length) this.head = shares.indexOf(Math.max(...shares));
    const heads = node("div", "heads");
    heads.setAttribute("role", "group");
    heads.setAttribute("aria-label", `Heads of layer ${layer}, with the share of attention that crosses`);
    const largest = Math.max(...shares);
    shares.forEach((share, head) => {
      const bar = node("span", "bar");
      bar.style.setProperty("--w", `${(100 * share) / largest}%`);
      const made = button("head", "", () => {
        this.head = head;
        this.word = null;
        this.crossLayer();
        this.kept();
        this.root.querySelectorAll(".head")[head].focus();
      });
      made.append(node("span", "", `head ${head + 1}`), bar, " ", node("b", "", percent(share)));
      made.setAttribute("aria-pressed", String(head === this.head));
      heads.append(made);
    });
    this.root.replaceChildren(
      this.heading(`Layer ${layer}: its ${shares.length} heads`),
      node("p", "point", `Between ${percent(Math.min(...shares))} and ${percent(largest)} of a head's attention ` +
        `crosses between query and document ${shown.letter}. Choose a head to see its words.`),
      heads, this.words(), node("p", "note", this.data.attention_note),
      this.stateTable(shown.states[layer], this.data.dimensions[1]),
    );
  }

  words() {
    const layer = this.opened.layer - 1;
    const heads = this.loaded.get(`${this.document}:${layer}`);
    if (!heads) {
      this.ask({ document: this.document, layer });
      return node("p", "waiting", "Fetching the words of these heads …");
    }
    const [from, to] = this.way === "to_document" ? [heads.query, heads.words] : [heads.words, heads.query];
    const block = heads[this.way][this.head].map((row) => row.map((share) => share / 10000));
    const row = this.word === null ? to.map((_, i) => mean(block.map((each) => each[i]))) : block[this.word];
    const box = node("div", "words");
    const ways = node("div", "ways");
    ways.setAttribute("role", "group");
    ways.setAttribute("aria-label", "Direction of the attention");
    for (const [way, label] of Object.entries(WAYS)) {
      const made = button("plain", label, () => {
        this.way = way;
        this.word = null;
        this.redraw(`.ways [data-way="${way}"]`);
      });
      made.dataset.way = way;
      made.setAttribute("aria-pressed", String(way === this.way));
      ways.append(made);
    }
    box.append(node("h4", "", `Head ${this.head + 1}, in whole words`), ways);
    box.append(this.sources(from), this.targets(to, row), this.strongest(from, to, block));
    box.append(unfolded("These links as a table", () => savedTable(
      `Share of attention of head ${this.head + 1} of layer ${layer + 1}, ${WAYS[this.way]}`,
      ["", ...heads.query],
      heads.words.map((word, d) => [word, ...heads.query.map((_, q) =>
        percent(this.way === "to_document" ? block[q][d] : block[d][q]))]),
    )));
    return box;
  }

  redraw(focused) {
    this.crossLayer();
    this.root.querySelector(focused)?.focus();
  }

  sources(from) {
    const list = node("div", "sources");
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "Whose attention is shown");
    const add = (text, word) => {
      const made = button("chip", text, () => {
        this.word = word;
        this.redraw(`.sources [data-word="${word}"]`);
      });
      made.dataset.word = String(word);
      made.setAttribute("aria-pressed", String(word === this.word));
      list.append(made);
    };
    add("mean of all", null);
    from.slice(0, 60).forEach((text, word) => add(text, word));
    if (from.length > 60) list.append(node("span", "rest", `+ ${from.length - 60} more in the table`));
    return list;
  }

  targets(to, row) {
    const text = node("p", "targets");
    const largest = Math.max(...row, 1e-9);
    to.forEach((word, i) => {
      const mark = node("span", "target", word);
      mark.style.setProperty("--w", `${Math.round((100 * row[i]) / largest)}%`);
      mark.title = percent(row[i]);
      text.append(mark, " ");
    });
    const box = node("div", "scrolled", text);
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Where it looks; shaded against the strongest word");
    return box;
  }

  strongest(from, to, block) {
    const links = block.flatMap((row, a) => row.map((share, b) => ({ a, b, share })))
      .filter((link) => this.word === null || link.a === this.word)
      .sort((one, other) => other.share - one.share).slice(0, STRONGEST);
    const list = node("ol", "links");
    for (const { a, b, share } of links) {
      list.append(node("li", "", `“${from[a]}” → “${to[b]}” `, node("b", "", percent(share))));
    }
    return node("div", "strongest", node("h5", "", "Strongest links"), list);
  }

  stateTable(values, dimensions) {
    const title = `State of [CLS]: the first ${values.length} of ${dimensions} numbers`;
    return unfolded(title, () => savedTable(title, ["number", "value"],
      values.map((value, i) => [String(i + 1), signed(value, 4)])));
  }
}
