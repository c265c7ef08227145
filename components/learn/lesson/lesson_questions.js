// The left side of a step: its words, what it asks, and what is said of the answer.

class StepPanel {
  constructor(words, act) {
    this.words = words;
    this.act = act; // {light, choose, commit, again, run}
    this.text = new LessonText((targets) => act.light(targets));
    this.root = node("div", "panel");
  }

  // A step as it stands: {step, number, kind, answer, verdict, reminder, run, state}
  draw(at) {
    const { step } = at;
    this.text.begin();
    const tag = node("span", `kind ${step.kind}`, this.words[`kind_${step.kind}`]);
    this.heading = node("h3", "", step.heading);
    this.heading.tabIndex = -1;
    this.heading.dataset.focus = "heading";
    const parts = [node("div", "step-head", tag, this.heading)];
    if (step.kind === "do" && at.run?.result) parts.push(this.outcome(at));
    else parts.push(node("div", "words", ...this.text.blocks(step.text)));
    if (at.reminder) parts.push(node("p", "reminder", at.reminder));
    if (step.choices.length) parts.push(this.choices(at));
    if (step.rank) parts.push(this.ranking(at));
    if (step.kind === "do" || step.kind === "break") parts.push(this.form(at));
    parts.push(this.verdicts(at));
    this.root.replaceChildren(...parts);
  }

  // ---- choosing ----

  choices(at) {
    const box = node("div", "choices");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", this.words.choose);
    at.step.choices.forEach((choice, number) => {
      const chosen = at.answer?.choice === number;
      const tried = at.settled && (at.answer?.tried || []).includes(number);
      const mark = tried ? (choice.right ? "right" : "wrong") : "";
      const made = button(`choice ${mark}`, "", () => this.act.choose(number));
      made.append(node("kbd", "digit", mark ? { right: "✓", wrong: "✗" }[mark] : String(number + 1)), " ", node("span", "choice-text", choice.text));
      made.setAttribute("aria-pressed", String(chosen));
      made.dataset.focus = `choice ${number}`;
      if (at.locked) made.disabled = true;
      box.append(made);
    });
    return box;
  }

  ranking(at) {
    const box = node("div", "ranking");
    if (at.answer?.committed) {
      if (!at.locked) box.append(button("plain", this.words.change_order, () => this.act.again()));
      return box;
    }
    box.append(node("p", "hint", say(this.words, "arrange", { n: at.step.rank })));
    const commit = button("primary", this.words.commit, () => this.act.commit());
    commit.dataset.focus = "commit";
    box.append(commit);
    return box;
  }

  verdicts(at) {
    const box = node("div", "verdicts");
    box.setAttribute("role", "status");
    for (const verdict of at.verdicts) {
      const mark = { right: "✓", wrong: "✗", kept: "●" }[verdict.kind];
      const panel = node("div", `verdict ${verdict.kind}`, node("p", "verdict-head", node("span", "mark", mark), " ", verdict.head));
      for (const line of verdict.lines) panel.append(node("p", "", line));
      box.append(panel);
    }
    return box;
  }

  // ---- running ----

  outcome(at) {
    const box = node("div", "words outcome");
    box.append(node("p", "done-head", node("span", "mark", "✓"), " ", at.asks ? say(this.words, "ran", { query: at.run.query }) : this.words.ran_anew));
    for (const line of at.run.lines) box.append(node("p", "", line));
    if (at.step.goal) box.append(node("p", "goal", at.step.goal));
    return box;
  }

  form(at) {
    const { step } = at;
    const form = node("form", "run");
    const draft = at.draft;
    const query = node("input", "query-field");
    query.type = "text";
    query.value = draft.query;
    query.maxLength = at.longest.query;
    query.autocomplete = "off";
    query.spellcheck = false;
    query.dataset.focus = "query";
    query.addEventListener("input", () => { draft.query = query.value; });
    if (at.asks) form.append(node("label", "field", node("span", "field-label", this.words.query), query));
    if (step.edit) form.append(this.editing(at, draft));
    const run = node("button", "primary run-button", this.words[at.run?.waiting ? "running" : "run"]);
    run.type = "submit";
    run.dataset.focus = "run";
    run.disabled = Boolean(at.run?.waiting);
    form.append(node("div", "run-line", run, node("span", "hint", at.run?.waiting ? this.words[`waiting_${at.state}`] || "" : "")));
    if (step.goal && !(at.run?.result && step.kind === "do")) form.append(node("p", "goal-to-do", step.goal));
    if (at.run?.error) {
      const error = node("p", "run-error", at.run.error);
      error.setAttribute("role", "alert");
      form.append(error);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!run.disabled) this.act.run(draft);
    });
    return form;
  }

  editing(at, draft) {
    const area = node("textarea", "text-field");
    area.value = draft.text;
    area.rows = 5;
    area.maxLength = at.longest.text;
    area.spellcheck = false;
    area.dataset.focus = "own text";
    area.addEventListener("input", () => { draft.text = area.value; });
    return node("label", "field", node("span", "field-label", say(this.words, "own_text", { title: at.edited })), area);
  }
}
