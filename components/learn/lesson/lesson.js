// A lesson: steps, predictions and reveals, all in the browser. Only a live run asks the server.

const LOOK_AFTER = 800; // ms
const LOOK_AT_LEAST = 4000; // ms
const lessonViews = new WeakMap(); // a view outlives its data, so that a step survives what arrives

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lesson");
  if (!lessonViews.has(root)) lessonViews.set(root, new LessonView(root));
  const view = lessonViews.get(root);
  view.connect(setTriggerValue);
  view.update(data);
  return () => view.disconnect();
}

class LessonView {
  constructor(root) {
    this.root = root;
    this.onKey = (event) => this.key(event);
  }

  connect(send) {
    this.send = send;
    document.addEventListener("keydown", this.onKey);
  }

  disconnect() {
    clearTimeout(this.looking);
    document.removeEventListener("keydown", this.onKey);
  }

  update(data) {
    const { live: newest, live_state: state, run, stage, start, ...lesson } = data;
    const live = Object.fromEntries(Object.entries(newest).map(([name, result]) => [name, withRows(result, lesson)]));
    const before = this.source;
    this.root.classList.toggle("on-stage", Boolean(stage));
    this.source = JSON.stringify(lesson);
    const same = this.source === before;
    const liveText = JSON.stringify([live, state]);
    const newLive = liveText !== this.liveText;
    this.liveText = liveText;
    Object.assign(this, { live, state, stage });
    if (!same) this.begin(lesson, start);
    const ran = this.receive(run);
    if (same && (newLive || ran !== null)) this.render({ fresh: [] });
    this.lookAgain(state === "loading" || Boolean(run && run.waiting));
    if (ran === "done") this.panel.heading.focus({ preventScroll: true });
  }

  begin(data, start) {
    this.data = data;
    this.words = data.words;
    this.steps = [...data.lesson.steps, endStep(data)];
    const stored = storedLessons()[data.lesson.name] || {};
    this.answers = stored.answers || {};
    this.runs = {};
    this.drafts = {};
    this.sorted = null;
    this.reached = Math.min(stored.reached || 0, this.steps.length - 1);
    const resumed = stored.done ? 0 : stored.step || 0;
    this.step = clamp(start === null ? resumed : start - 1, 0, this.steps.length - 1);
    this.reached = Math.max(this.reached, this.step);
    this.done = Boolean(stored.done);
    this.build();
    this.render({ fresh: [] });
  }

  build() {
    const { lesson } = this.data;
    this.root.lang = lesson.language;
    this.board = new Board(this.words, {
      sort: (column) => { this.sorted = column; this.render({ fresh: [] }); },
      arranged: (order, spoken) => { this.answerOf(this.step).order = order; this.status.textContent = spoken; this.keep(); },
    });
    this.panel = new StepPanel(this.words, {
      light: (targets) => lightUp(this.root, targets || this.steps[this.step].lights),
      choose: (number) => this.choose(number),
      commit: () => this.commit(),
      again: () => { this.answerOf(this.step).committed = false; this.render({ fresh: [] }); },
      run: (draft) => this.run(draft),
    });
    this.dots = node("ol", "dots");
    this.dots.setAttribute("aria-label", this.words.steps);
    this.back = button("plain back", `← ${this.words.back}`, () => this.go(this.step - 1));
    this.forth = button("primary forth", "", () => this.next());
    this.where = node("span", "where");
    this.status = node("p", "spoken");
    this.status.setAttribute("role", "status");
    this.query = lightable(node("div", "query"), "query");
    this.badge = node("div", "badge");
    this.note = node("div", "notes");
    const title = node("div", "top", node("h2", "", lesson.title), this.dots);
    const left = node("div", "left", this.panel.root,
      node("div", "controls", this.back, this.forth, this.where));
    this.picture = node("section", "picture", node("div", "picture-head", this.query, this.badge), this.board.root, this.note);
    this.picture.setAttribute("aria-label", this.words.picture);
    this.root.replaceChildren(title, node("div", "sides", left, this.picture), this.status);
  }

  // ---- where the lesson stands ----

  answerOf(number) {
    this.answers[number] ??= {};
    return this.answers[number];
  }

  get end() {
    return this.steps.length - 1;
  }

  // The newest numbers of a show: live, shipped, or none as yet.
  resultOf(show) {
    return this.live[show.name] || this.data.shipped[show.name] || {
      show: show.name, query: show.query, documents: show.documents, values: {}, order: {}, models: {}, notices: [], none: true,
    };
  }

  showOf(number) {
    return this.data.lesson.shows[this.steps[number].show];
  }

  // The step that says whether this step's answer was right: the last reveal after it.
  settledAt(number) {
    const step = this.steps[number];
    if (step.kind !== "predict") return number;
    let last = number;
    while (this.steps[last + 1] && this.steps[last + 1].kind === "reveal") {
      last += 1;
      if (step.rank && this.steps[last].reveal.includes(step.by)) break;
    }
    return last;
  }

  // The question that is open at this step, or was answered in it: its number, else null.
  questionAt(number) {
    for (let asked = number; asked >= 0; asked -= 1) {
      const { kind } = this.steps[asked];
      if (kind === "predict") return this.settledAt(asked) >= number ? asked : null;
      if (kind !== "reveal") return null;
    }
    return null;
  }

  revealedBefore(number, show) {
    return this.steps.slice(0, Math.max(number, 0)).filter((step) => step.show === show.name).flatMap((step) => step.reveal);
  }

  visible(number, show) {
    const all = this.steps.filter((step) => step.show === show.name).flatMap((step) => step.reveal);
    const free = ["do", "break", "end"].includes(this.steps[number].kind);
    const now = this.revealedBefore(number + 1, show);
    return show.columns.map((column) => column.name).filter((name) => free || now.includes(name) || !all.includes(name));
  }

  view(fresh) {
    const number = this.step;
    const show = this.showOf(number);
    const ran = this.runs[number]?.result;
    const result = ran || this.resultOf(show);
    const visible = this.visible(number, show);
    const ranking = show.columns.filter((column) => column.ranks && visible.includes(column.name)).map((column) => column.name);
    const revealed = this.revealedBefore(number + 1, show).filter((name) => ranking.includes(name));
    const newest = revealed[revealed.length - 1] || (ran ? ranking[ranking.length - 1] : null) || null;
    const leading = show.kind === "pairs" ? (ranking.includes(this.sorted) ? this.sorted : newest) : null;
    const asked = this.questionAt(number);
    const ranked = asked !== null && this.steps[asked].rank && this.steps[asked].show === show.name ? asked
      : this.steps[number].rank ? number : null;
    const arranging = ranked === number ? { count: this.steps[ranked].rank, done: Boolean(this.answers[number]?.committed) } : null;
    const own = ranked !== null ? this.answers[ranked]?.order : null;
    const guess = own && this.answers[ranked].committed ? own.slice(0, this.steps[ranked].rank) : null;
    return {
      show, result, visible, fresh, leading, arranging,
      order: this.orderOf(show, result, arranging ? null : leading, arranging || !leading ? own : null),
      guess, guessed: ranked !== null && leading === this.steps[ranked].by,
      scales: scalesOf(show.columns, [result]),
      sortable: !arranging,
      name: this.query.textContent || show.name,
    };
  }

  orderOf(show, result, leading, own) {
    const keys = show.kind === "search" ? alphabetical(result.documents) : result.documents.map((each) => each.key);
    const first = leading ? result.order[leading] || [] : (own || []).filter((key) => keys.includes(key));
    return [...first, ...keys.filter((key) => !first.includes(key))];
  }

  // ---- drawing ----

  render({ fresh }) {
    const step = this.steps[this.step];
    const show = this.showOf(this.step);
    this.drawQuery(show);
    this.board.draw(this.view(fresh));
    const focused = this.focusedName();
    this.panel.draw(this.panelState());
    if (focused) this.root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    if (step.kind === "end") this.panel.root.append(this.ending());
    this.drawControls();
    lightUp(this.root, step.lights);
  }

  focusedName() {
    const focused = this.root.getRootNode().activeElement;
    return focused && this.panel.root.contains(focused) ? focused.dataset.focus : null;
  }

  drawQuery(show) {
    const run = this.runs[this.step];
    const query = show.caption ? "" : run?.result ? run.result.query : show.query;
    this.query.replaceChildren(...(query ? [node("span", "query-mark", "⌕"), node("span", "query-text", `“${query}”`)] : [node("span", "query-text", show.caption)]));
    const live = Boolean(run?.result || this.live[show.name]);
    const source = run?.result || this.resultOf(show);
    this.badge.className = `badge${live ? " live" : ""}`;
    const words = run?.result ? run.note : live ? this.words.live : source.none ? this.words.missing : say(this.words, this.stage ? "shipped_short" : "shipped", { models: show.models });
    this.badge.replaceChildren(node("span", "lamp-mark", live ? "●" : "○"), " ", node("span", "", words));
    this.badge.title = Object.entries(source.models).map(([name, model]) => `${name}: ${model}`).join("\n");
    const notices = [...(source.notices || [])];
    if (!live && stateName(this.state) === "error") notices.push(say(this.words, "live_failed", { error: this.state }));
    this.note.replaceChildren(...notices.map((notice) => node("p", "note", notice)));
  }

  drawControls() {
    const step = this.steps[this.step];
    this.back.disabled = this.step === 0;
    const ready = this.answered(this.step);
    this.forth.hidden = this.step === this.end;
    this.forth.textContent = this.words[ready ? "next" : "skip"] + " →";
    this.forth.classList.toggle("primary", ready);
    this.forth.classList.toggle("plain", !ready);
    this.where.textContent = say(this.words, "step_of", { n: this.step + 1, all: this.steps.length });
    this.dots.replaceChildren(...this.steps.map((each, number) => {
      const made = button("dot-button", "", () => this.go(number));
      made.setAttribute("aria-label", `${number + 1}. ${this.words[`kind_${each.kind}`]}: ${each.heading}`);
      made.title = this.words[`kind_${each.kind}`];
      made.disabled = number > this.reached;
      if (number === this.step) made.setAttribute("aria-current", "step");
      made.classList.toggle("passed", number < this.reached || (this.done && number <= this.reached));
      return node("li", "", made);
    }));
    this.dots.dataset.kind = step.kind;
  }

  panelState() {
    const number = this.step;
    const step = this.steps[number];
    const settles = this.settledAt(number);
    const run = this.runs[number];
    const show = this.showOf(number);
    return {
      step, run, state: stateName(this.state), longest: this.data.longest,
      answer: this.answers[number], settled: this.reached >= settles && (settles > number || step.kind === "why" || settles === number),
      locked: settles > number && this.reached > number,
      draft: this.draft(number), asks: show.kind === "search" || show.documents.some((each) => !each.query),
      edited: this.editedDocument(number).title,
      reminder: this.reminder(number), verdicts: this.verdicts(number),
    };
  }

  draft(number) {
    const step = this.steps[number];
    this.drafts[number] ??= { query: step.suggest || this.showOf(number).query || "", text: this.editedDocument(number).text };
    return this.drafts[number];
  }

  // The document of this step that the learner may write anew, as the lesson has it.
  editedDocument(number) {
    const { edit } = this.steps[number];
    const show = this.showOf(number);
    return edit ? documentOf({ result: this.resultOf(show), show }, edit) : { title: "", text: "" };
  }

  // ---- what is said of an answer ----

  reminder(number) {
    const asked = this.questionAt(number);
    if (asked === null || asked === number || this.settledAt(asked) === number) return "";
    const answer = this.answers[asked];
    const step = this.steps[asked];
    if (step.rank) return answer?.committed ? this.words.order_kept : "";
    return answer?.choice === undefined ? "" : say(this.words, "you_predicted", { choice: step.choices[answer.choice].text });
  }

  verdicts(number) {
    const asked = this.questionAt(number);
    const step = this.steps[number];
    const said = [];
    if (asked !== null && asked !== number && this.settledAt(asked) === number) said.push(...this.verdictOf(asked, true));
    if (step.kind === "why" || step.kind === "predict") {
      if (this.settledAt(number) === number || this.reached >= this.settledAt(number)) said.push(...this.verdictOf(number, false));
      else if (this.isAnswered(number)) said.push({ kind: "kept", head: this.words.kept, lines: [] });
    }
    return said;
  }

  verdictOf(number, later) {
    const step = this.steps[number];
    const answer = this.answers[number];
    if (!this.isAnswered(number)) return [];
    if (step.rank) return [this.rankVerdict(step, answer)];
    const choice = step.choices[answer.choice];
    const head = later ? say(this.words, choice.right ? "predicted_right" : "predicted_wrong", { choice: choice.text })
      : this.words[choice.right ? "right" : step.kind === "why" ? "wrong_again" : "wrong"];
    return [{ kind: choice.right ? "right" : "wrong", head, lines: choice.why ? [choice.why] : [] }];
  }

  rankVerdict(step, answer) {
    const show = this.data.lesson.shows[step.show];
    const result = this.resultOf(show);
    const actual = (result.order[step.by] || []).slice(0, step.rank);
    const given = answer.order.slice(0, step.rank);
    const right = given.filter((key, place) => actual[place] === key).length;
    const label = show.columns.find((column) => column.name === step.by)?.label || step.by;
    const wrong = given.filter((key, place) => actual[place] !== key && step.why[key]);
    const lines = wrong.map((key) => `${documentOf({ result, show }, key).title || key}: ${step.why[key]}`);
    return {
      kind: right === step.rank ? "right" : "wrong", lines,
      head: say(this.words, "places_right", { n: right, all: step.rank, column: label }),
    };
  }

  isAnswered(number) {
    const answer = this.answers[number];
    return Boolean(answer && (answer.committed || answer.choice !== undefined));
  }

  // Whether nothing is left to do at this step, so that going on is no skipping.
  answered(number) {
    const step = this.steps[number];
    if (step.kind === "do") return Boolean(this.runs[number]?.result);
    if (step.kind === "predict") return this.isAnswered(number);
    if (step.kind === "why") return !step.choices.length || Boolean(step.choices[this.answers[number]?.choice]?.right);
    return true;
  }

  ending() {
    const { next } = this.data;
    const box = node("div", "ending");
    const asked = this.steps.map((step, number) => number).filter((number) => this.steps[number].kind === "predict");
    const right = asked.filter((number) => this.verdictOf(number, true)[0]?.kind === "right").length;
    if (asked.length) box.append(node("p", "score", say(this.words, "score", { n: right, all: asked.length })));
    if (next) {
      const onward = button("primary", `${say(this.words, "next_lesson", { title: next.title })} →`, () => this.send("opened", next.name));
      onward.dataset.focus = "next lesson";
      box.append(onward);
    }
    box.append(button("plain", this.words.all_lessons, () => this.send("opened", "")));
    box.append(button("plain", this.words.from_the_start, () => this.restart()));
    return box;
  }

  // ---- acting ----

  go(number) {
    const to = clamp(number, 0, this.end);
    if (to === this.step) return;
    const forward = to > this.step;
    this.step = to;
    this.reached = Math.max(this.reached, to);
    if (to === this.end) this.done = true;
    this.sorted = null;
    this.status.textContent = "";
    this.keep();
    this.render({ fresh: forward ? this.steps[to].reveal : [] });
    this.announce(forward);
    this.panel.heading.focus({ preventScroll: true });
    this.settleScroll();
    writeStep(to + 1);
  }

  next() {
    this.go(this.step + 1);
  }

  restart() {
    this.answers = {};
    this.runs = {};
    this.drafts = {};
    this.reached = 0;
    this.go(0);
  }

  announce(forward) {
    const step = this.steps[this.step];
    if (!forward || !step.reveal.length) return;
    const { show, result, leading } = this.view([]);
    if (!leading) return;
    const column = show.columns.find((each) => each.name === leading);
    const titles = result.order[leading].map((key, place) => `${place + 1}. ${documentOf({ result, show }, key).title || key}`);
    this.status.textContent = say(this.words, "order_is", { column: column.label, order: titles.join(", ") });
  }

  // On a narrow screen the next step begins at its words, not where the last one was read to.
  settleScroll() {
    const head = this.panel.root.getBoundingClientRect().top;
    if (head < 0 || head > innerHeight * 0.8) this.root.scrollIntoView({ block: "start", behavior: "auto" });
  }

  choose(number) {
    const step = this.steps[this.step];
    if (this.settledAt(this.step) > this.step && this.reached > this.step) return;
    const answer = this.answerOf(this.step);
    answer.choice = number;
    if (step.kind === "why" || this.settledAt(this.step) === this.step) answer.tried = [...new Set([...(answer.tried || []), number])];
    else answer.tried = [number];
    this.keep();
    this.render({ fresh: [] });
  }

  commit() {
    const answer = this.answerOf(this.step);
    answer.order ??= this.view([]).order;
    answer.committed = true;
    this.keep();
    this.render({ fresh: [] });
    this.forth.focus();
  }

  keep() {
    const { step, reached, answers, done } = this;
    storeLesson(this.data.lesson.name, { step, reached, answers, done, steps: this.steps.length });
  }

  // ---- live runs ----

  run(draft) {
    const step = this.steps[this.step];
    const show = this.showOf(this.step);
    this.asked = (this.asked || 0) + 1;
    const id = `${this.data.lesson.name} ${this.step} ${this.asked} ${Date.now()}`;
    const isNew = step.edit && draft.text !== this.editedDocument(this.step).text; // else its title would be lost
    const texts = isNew ? { [step.edit]: draft.text } : {};
    this.runs[this.step] = { ...this.runs[this.step], id, waiting: true, error: "" };
    this.send("run", { id, show: show.name, query: draft.query.trim(), texts });
    this.render({ fresh: [] });
  }

  // Ask to be drawn again while something is waited for, ever less often: a drawing with nothing
  // new never comes, and thirty who wait for long are not to keep the server from its work.
  lookAgain(waits, wait = LOOK_AFTER) {
    clearTimeout(this.looking);
    if (!waits) return;
    this.looking = setTimeout(() => {
      if (!this.root.isConnected) return;
      this.looks = (this.looks || 0) + 1;
      this.send("look", this.looks);
      this.lookAgain(true, Math.min(1.5 * wait, LOOK_AT_LEAST));
    }, wait);
  }

  // "done" or "error" where what the learner asked for has arrived just now, else null.
  receive(run) {
    if (!run) return null;
    const number = Object.keys(this.runs).find((each) => this.runs[each].id === run.id);
    const before = this.runs[number];
    if (!before || !before.waiting || run.waiting) return null;
    if (run.error) {
      this.runs[number] = { ...before, waiting: false, error: run.error };
      return "error";
    }
    const result = withRows(run.result, this.data);
    const kept = { id: run.id, waiting: false, result, query: result.query, note: run.note };
    this.runs[number] = { ...kept, lines: this.linesOf(result) };
    this.status.textContent = this.runs[number].lines.join(" ");
    return Number(number) === this.step ? "done" : null;
  }

  // What each column that ranks puts first, in words.
  linesOf(result) {
    const show = this.data.lesson.shows[result.show];
    return show.columns.filter((column) => column.ranks && (result.order[column.name] || []).length).map((column) => {
      const key = result.order[column.name][0];
      return say(this.words, "puts_first", {
        column: column.label, title: documentOf({ result, show }, key).title || key, value: figure(column, result.values[column.name][key]),
      });
    });
  }

  // ---- keys ----

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !this.data) return undefined;
    if (!this.root.isConnected) return document.removeEventListener("keydown", this.onKey);
    const path = event.composedPath();
    const target = path[0];
    if (!path.includes(this.root) && !isWholePage(target)) return undefined;
    if (!(target instanceof Element) || target.closest("input, textarea, select")) return undefined;
    if (document.querySelector('[role="dialog"]')) return undefined;
    const acts = target.closest("button, a, summary");
    if (/^[1-9]$/.test(event.key)) return this.digit(event);
    if (event.key === "Enter" && acts) return undefined; // it presses what has the focus
    const act = { ArrowRight: () => this.next(), Enter: () => this.enter(), ArrowLeft: () => this.go(this.step - 1) }[event.key];
    if (!act) return undefined;
    event.preventDefault();
    return act();
  }

  enter() {
    const step = this.steps[this.step];
    if (step.rank && !this.answers[this.step]?.committed) return this.commit();
    return this.next();
  }

  digit(event) {
    const number = Number(event.key) - 1;
    if (number >= this.steps[this.step].choices.length) return undefined;
    event.preventDefault();
    return this.choose(number);
  }
}

// A result whose rows were left out has those of the shipped one.
function withRows(result, data) {
  return result.documents ? result : { ...result, documents: data.shipped[result.show].documents };
}

// The last screen: what to take away.
function endStep(data) {
  const last = data.lesson.steps[data.lesson.steps.length - 1];
  const text = [{ kind: "paragraph", items: [[{ text: data.lesson.take_away, bold: false, emphasis: false, light: "" }]] }];
  return { kind: "end", heading: data.words.take_away, text, show: last.show, lights: [], choices: [], rank: 0, by: "", why: {}, reveal: [], suggest: "", goal: "", edit: "" };
}

function alphabetical(documents) {
  return [...documents].sort((one, other) => (one.title || one.key).localeCompare(other.title || other.key)).map((each) => each.key);
}

function stateName(state) {
  return ["loading", "ready"].includes(state) ? state : "error";
}

function isWholePage(target) {
  return target instanceof Element && (target === document.body || target.closest("[data-testid=stMain]") === target);
}
