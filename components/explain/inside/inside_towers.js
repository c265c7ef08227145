// The overview: two towers beside one. Rows are steps; what was not reached yet is faint.

const FIRST_LAYER = 3; // steps before: beforehand, tokens, embeddings

function stepsOf(data) {
  const [bi, cross] = [data.query_pass.states.length - 1, data.documents[0].states.length - 1];
  const layers = Math.max(bi, cross);
  return {
    bi, cross, layers,
    count: FIRST_LAYER + layers + 2,
    layerStep: (layer) => FIRST_LAYER + layer - 1,
    biPool: FIRST_LAYER + bi, biScore: FIRST_LAYER + bi + 1,
    crossPool: FIRST_LAYER + (bi < cross ? cross : layers),
    crossScore: FIRST_LAYER + layers + 1,
  };
}

function stepName(steps, step) {
  if (step < FIRST_LAYER) return ["Beforehand", "Tokens in", "Embeddings"][step];
  if (step < FIRST_LAYER + steps.layers) return `Layer ${step - FIRST_LAYER + 1}`;
  return step === steps.count - 1 ? "Score" : "Read out";
}

class Towers {
  constructor(openLayer) {
    this.openLayer = openLayer;
    this.root = node("div", "stage");
  }

  draw(data, steps, document) {
    this.rows = []; // [element, step at which it happens]
    this.layerButtons = [];
    const shown = data.documents[document];
    this.root.replaceChildren(
      this.biPanel(data, steps, shown), this.crossPanel(data, steps, shown, document),
    );
  }

  biPanel(data, steps, shown) {
    const before = this.tower("Document tower", "beforehand", data, steps, shown.alone, () => 0);
    const asked = this.tower("Query tower", "at-query", data, steps, data.query_pass, (row) => row);
    const cosine = this.row("div", "row score", steps.biScore,
      node("span", "label", "cosine"), node("b", "value", signed(shown.cosine, 3)));
    const clocks = node("dl", "clocks");
    clocks.append(
      ...clock("beforehand", "Document tower", ", once per document", shown.alone.clock),
      ...clock("at-query", "Query tower", ", once per query", data.query_pass.clock),
      ...clock("at-query", "Cosine", ", once per document", data.cosine_clock),
      ...clock("estimate", "", data.cost.title, data.cost.bi),
    );
    return panel("bi", "Bi-encoder: two towers", data.models[0],
      node("p", "point", node("span", "desk", "Each text alone: "), node("b", "", "0%"), " of the attention crosses."),
      node("div", "towers", before, asked), cosine, clocks);
  }

  tower(title, when, data, steps, text, at) {
    const words = when === "beforehand" ? [node("span", "desk", "computed "), "beforehand"] : ["at query time"];
    const box = node("div", `tower ${when}`,
      node("div", "tower-title", node("h4", "", title), node("p", "when", ...words)));
    const segments = text.tokens.map((_, place) => {
      const edge = place === 0 || place === text.tokens.length - 1;
      return edge ? "s" : when === "beforehand" ? "d" : "q";
    });
    box.append(this.row("div", "row in", at(1), wordsOfTokens(text.tokens, segments, 7)));
    const list = node("div", "layers");
    list.append(this.row("div", "row", at(2), node("span", "label", "embed"), strip(text.states[0])));
    const buttons = [];
    for (let layer = 1; layer < text.states.length; layer += 1) {
      const made = this.row("button", "row layer", at(steps.layerStep(layer)),
        node("span", "label", `layer ${layer}`), strip(text.states[layer]));
      made.type = "button";
      made.setAttribute("aria-label", `layer ${layer} of the ${title.toLowerCase()}`);
      made.addEventListener("click", () => this.openLayer({ tower: when, layer }));
      made.dataset.tower = when;
      made.dataset.layer = String(layer);
      buttons.push(made);
      list.append(made);
    }
    this.roving(buttons);
    const pooled = data.pooling === "mean" ? "mean" : "[CLS]";
    list.append(this.row("div", "row pool", at(steps.biPool),
      node("span", "label", pooled), strip(text.vector)));
    box.append(list);
    return box;
  }

  crossPanel(data, steps, shown, document) {
    const box = node("div", "tower at-query joined", node("div", "tower-title",
      node("h4", "", "Query and document together"), node("p", "when", "all of it at query time")));
    const words = wordsOfTokens(shown.tokens, shown.segments, 22);
    this.lit = { words: [...words.querySelectorAll(".token:not(.asked, .special)")], by: shown.looked_at };
    box.append(this.row("div", "row in", 1, words));
    const list = node("div", "layers");
    list.append(node("div", "heads-of-columns",
      node("span", "label", ""), node("span", "", node("small", "", "state of [CLS]")),
      node("span", "cross-share", node("small", "", "attention across")),
      node("span", "value", node("small", "", "score here"))));
    list.append(this.row("div", "row", 2, node("span", "label", "embed"), strip(shown.states[0]),
      node("span", "cross-share", ""), node("span", "value", signed(shown.lens[0]))));
    const buttons = [];
    for (let layer = 1; layer <= steps.cross; layer += 1) {
      const share = mean(shown.crossing[layer - 1]);
      const bar = node("span", "bar");
      bar.style.setProperty("--w", percent(share));
      const made = this.row("button", "row layer", steps.layerStep(layer),
        node("span", "label", `layer ${layer}`), strip(shown.states[layer]), " ", // a blank for ears
        node("span", "cross-share", bar, node("span", "number", percent(share))), " ",
        node("span", "value", signed(shown.lens[layer])));
      made.type = "button";
      made.setAttribute("aria-description", "attention across, score if read here; opens its heads");
      made.addEventListener("click", () => this.openLayer({ tower: "cross", layer }));
      made.dataset.tower = "cross";
      made.dataset.layer = String(layer);
      buttons.push(made);
      list.append(made);
    }
    this.roving(buttons);
    box.append(list);
    const score = this.row("div", "row score", steps.crossScore,
      node("span", "label", `[CLS] → pooler → linear layer`), node("b", "value", signed(shown.score)));
    const clocks = node("dl", "clocks");
    clocks.append(
      ...clock("at-query", "The tower", ", once per query and document", shown.clock),
      ...clock("estimate", "", data.cost.title, data.cost.cross),
    );
    const all = shown.crossing.flat();
    return panel("cross", "Cross-encoder: one tower", data.models[1],
      node("p", "point", node("span", "desk", "Both texts at once: "), node("b", "", percent(mean(all))),
        " of the attention crosses."), box, score, clocks);
  }

  row(tag, name, step, ...inside) {
    const element = node(tag, name, ...inside);
    this.rows.push([element, step]);
    return element;
  }

  // One stop for Tab in a tower; the arrow keys go up and down in it.
  roving(buttons) {
    this.layerButtons.push(...buttons);
    buttons.forEach((one, place) => {
      one.tabIndex = place ? -1 : 0;
      one.addEventListener("keydown", (event) => {
        const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const next = move && buttons[place + move];
        if (!move) return;
        event.preventDefault();
        if (!next) return;
        for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
        next.focus();
      });
    });
  }

  show(step, opened) {
    for (const [element, at] of this.rows) {
      element.classList.toggle("todo", at > step);
      element.classList.toggle("now", at === step && at > 0);
    }
    const looked = this.lit.by[step - FIRST_LAYER] ?? [];
    this.lit.words.forEach((word, i) => word.style.setProperty("--w", `${Math.round(100 * (looked[i] ?? 0))}%`));
    for (const one of this.layerButtons) {
      const open = opened && opened.tower === one.dataset.tower && opened.layer === Number(one.dataset.layer);
      one.setAttribute("aria-expanded", String(Boolean(open)));
    }
  }
}

// A room has no line for the `rest` of a clock's name, nor for how often it ran.
function clock(when, name, rest, text) {
  const [time, runs] = text.split(/(?=, (?:median of )?\d+ runs?$)/);
  return [node("dt", when, node("span", "", name, node("span", "desk", rest))),
    node("dd", "", time, node("span", "desk", runs ?? ""))];
}

function panel(name, title, model, point, ...inside) {
  const head = node("div", "panel-title", node("h3", "", title), point, node("p", "model", model));
  return node("section", `panel ${name}`, head, ...inside);
}
