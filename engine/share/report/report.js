"use strict";
// Tabs, sorting and linked hover. Texts are only ever moved, never made into markup.

function tabsOf(box) {
  const panels = [...box.children];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.className = "tablist";
  list.setAttribute("role", "tablist");
  const tabs = panels.map((panel, place) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = panel.firstElementChild.textContent;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    tab.id = panel.id + "-tab";
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(place));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (place + step + tabs.length) % tabs.length;
      choose(next);
      tabs[next].focus();
    });
    list.append(tab);
    return tab;
  });
  function choose(chosen) {
    tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === chosen));
      tab.tabIndex = place === chosen ? 0 : -1;
      panels[place].classList.toggle("off", place !== chosen);
    });
  }
  box.prepend(list);
  box.classList.add("tabbed");
  choose(0);
}

function sortable(table) {
  const headers = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const key = (row, column) => {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
  };
  headers.forEach((header, column) => {
    const name = header.querySelector(".sort");
    if (!name.textContent) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = name.textContent;
    name.replaceWith(button);
    button.addEventListener("click", () => {
      const falling = header.getAttribute("aria-sort") === "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const rows = [...body.rows].sort((one, other) => {
        const [a, b] = [key(one, column), key(other, column)];
        const order = typeof a === "number" ? a - b : a.localeCompare(b);
        return falling ? -order : order;
      });
      body.append(...rows);
    });
  });
}

function light(step, target) {
  step.querySelectorAll(".lit").forEach((each) => each.classList.remove("lit"));
  const source = target && target.closest("[data-doc]");
  step.classList.toggle("lighting", Boolean(source));
  if (!source) return;
  const number = source.getAttribute("data-doc");
  step.querySelectorAll('[data-doc="' + Number(number) + '"]').forEach((each) => each.classList.add("lit"));
}

function attentionOf(box) {
  const words = [...box.querySelectorAll("[data-query]")];
  let kept = null;
  const show = (word) => {
    words.forEach((each) => each.classList.toggle("chosen", each === word));
    box.classList.toggle("one", Boolean(word));
    if (!word) return;
    const place = Number(word.dataset.query);
    box.querySelectorAll("[data-weights]").forEach((each) => {
      each.style.setProperty("--w", each.dataset.weights.split(" ")[place]);
    });
  };
  words.forEach((word) => {
    word.addEventListener("pointerenter", () => show(word));
    word.addEventListener("focus", () => show(word));
    word.addEventListener("pointerleave", () => show(kept));
    word.addEventListener("blur", () => show(kept));
    word.addEventListener("click", () => {
      kept = kept === word ? null : word;
      show(kept);
    });
  });
}

document.querySelectorAll(".panels").forEach(tabsOf);
document.querySelectorAll("table").forEach(sortable);
document.querySelectorAll(".attention").forEach(attentionOf);
document.querySelectorAll(".step").forEach((step) => {
  step.addEventListener("pointerover", (event) => light(step, event.target));
  step.addEventListener("pointerleave", () => light(step, null));
});
