// The lessons by group, with what this tab of the browser has done of them; and the class plan.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lessons");
  const stored = storedLessons();
  const open = (name) => setTriggerValue("opened", name);
  const focused = root.getRootNode().activeElement?.dataset?.lesson;
  const groups = data.groups.map((group) => groupOf(group, stored, open));
  root.replaceChildren(doneOf(data, stored), ...(data.plan ? [planOf(data.plan, stored, open)] : []), ...groups);
  if (focused) root.querySelector(`[data-lesson="${CSS.escape(focused)}"]`)?.focus();
}

function isDone(stored, name) {
  return Boolean(stored[name] && stored[name].done);
}

function doneOf(data, stored) {
  const names = data.groups.flatMap((group) => group.lessons.map((lesson) => lesson.name));
  const done = names.filter((name) => isDone(stored, name)).length;
  const line = node("p", "so-far", done ? `${done} of ${names.length} lessons done in this browser tab.` : data.intro);
  return line;
}

// A link that is followed here without loading the page anew.
function lessonLink(name, address, act) {
  const link = node("a", "");
  link.href = address;
  link.dataset.lesson = name;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    act(name);
  });
  return link;
}

function groupOf(group, stored, open) {
  const list = node("ol", "cards");
  for (const lesson of group.lessons) list.append(node("li", "", cardOf(lesson, stored, open)));
  return node("section", "group", node("h2", "", group.name), list);
}

function cardOf(lesson, stored, open) {
  const { done, reached, steps } = stored[lesson.name] || {};
  const card = lessonLink(lesson.name, lesson.address, open);
  card.className = `card${done ? " done" : reached ? " begun" : ""}`;
  const mark = node("span", "number", done ? "✓" : String(lesson.number));
  mark.style.setProperty("--far", `${done ? 100 : reached && steps ? Math.round((100 * (reached + 1)) / steps) : 0}%`);
  const facts = [`${lesson.minutes} min`, ...lesson.languages];
  if (done) facts.push("done");
  else if (reached && steps) facts.push(`step ${reached + 1} of ${steps}`);
  card.append(mark, node("span", "words",
    node("span", "title", lesson.title), " ",
    node("span", "summary", lesson.summary), " ",
    node("span", "facts", facts.join(" · "))));
  return card;
}

function planOf(plan, stored, open) {
  const bar = node("ol", "plan-bar");
  for (const part of plan.parts) {
    const link = lessonLink(part.name, part.address, open);
    link.className = isDone(stored, part.name) ? "part done" : "part";
    link.append(node("span", "when", `${part.from}–${part.to} min`), " ", node("span", "title", part.title));
    if (part.note) link.append(" ", node("span", "note", part.note));
    const item = node("li", "", link);
    item.style.setProperty("--minutes", String(part.minutes));
    bar.append(item);
  }
  const unfold = node("details", "plan", node("summary", "", node("span", "plan-title", `Class plan, ${plan.minutes} minutes`), " ", plan.title), bar);
  return unfold;
}
