// Streamlit makes an entry of the browser's history for every change of the link, so that Back
// would go through each move of a slider. Here only another page, and another value of a name
// that begins an entry (the query), makes one; every other change replaces the entry it is in.

function pageOf(url) {
  return url.pathname.split("/").pop();
}

// An address that only leads on to another: a former one, and the start with a search in its link.
function leadsOn(url, names) {
  if (names.leadingOn.includes(pageOf(url))) return true;
  return pageOf(url) === "" && names.entries.some((name) => url.searchParams.has(name));
}

function beginsEntry(from, to, names) {
  if (from.pathname !== to.pathname) return !leadsOn(from, names);
  return names.entries.some((name) => from.searchParams.get(name) !== to.searchParams.get(name));
}

// Two presses of Forward, and the page between is drawn when the browser is past it already:
// Streamlit would write that page as a new entry, then the one that was gone to as another.
function isPassed(from, to, kept) {
  if (!kept.travelled || leadsOn(from, kept.names)) return false;
  return from.pathname !== to.pathname || pageOf(from) !== kept.names.page;
}

// What a view writes into the address by itself (a step) the server does not know, or knows as it
// was: of the same page and the same entry the browser's word goes before the server's.
function withOwn(from, to, names) {
  if (from.pathname !== to.pathname || beginsEntry(from, to, names)) return to;
  for (const name of names.own) {
    if (from.searchParams.has(name)) to.searchParams.set(name, from.searchParams.get(name));
    else to.searchParams.delete(name);
  }
  return to;
}

// A page is opened without its link, which is written right after: that is one entry, not two.
// What is written once somebody has typed or clicked is a choice of theirs.
function listen(kept) {
  const chosen = () => { kept.opened = ""; kept.travelled = false; };
  for (const event of ["keydown", "pointerdown", "click"]) {
    document.addEventListener(event, chosen, true);
  }
  window.addEventListener("popstate", () => { kept.travelled = true; });
}

function begin(names) {
  const kept = { names, opened: "", travelled: false };
  const push = window.history.pushState.bind(window.history);
  const replace = window.history.replaceState.bind(window.history);
  const written = (address) => {
    const from = new URL(window.location.href);
    return [from, new URL(address ?? from.href, from)];
  };
  window.history.replaceState = (state, title, address) => {
    const [from, to] = written(address);
    if (!isPassed(from, to, kept)) replace(state, title, address);
  };
  window.history.pushState = (state, title, address) => {
    const [from, to] = written(address);
    if (isPassed(from, to, kept)) return;
    const isFirstLink = from.pathname === to.pathname && from.href === kept.opened;
    const whole = (isFirstLink ? to : withOwn(from, to, kept.names)).href;
    if (!isFirstLink && beginsEntry(from, to, kept.names)) push(state, title, whole);
    else replace(state, title, whole);
    kept.opened = from.pathname === to.pathname ? "" : to.href;
  };
  listen(kept);
  return kept;
}

export default function ({ data }) {
  document.crossexamHistory ??= begin(data);
  const kept = document.crossexamHistory;
  kept.names = data;
  if (data.page === pageOf(new URL(window.location.href))) kept.travelled = false;
  return undefined;
}
