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

// A page is opened without its link, which is written right after: that is one entry, not two.
// What is written once somebody has typed or clicked is a choice of theirs.
function waitForFirstLink(kept) {
  const chosen = () => { kept.opened = ""; };
  for (const event of ["keydown", "pointerdown"]) document.addEventListener(event, chosen, true);
}

export default function ({ data }) {
  if (document.crossexamHistory) {
    document.crossexamHistory.names = data;
    return undefined;
  }
  const kept = { names: data, opened: "" };
  document.crossexamHistory = kept;
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = (state, title, address) => {
    const from = new URL(window.location.href);
    const to = new URL(address ?? from.href, from);
    const isFirstLink = from.pathname === to.pathname && from.href === kept.opened;
    if (!isFirstLink && beginsEntry(from, to, kept.names)) push(state, title, address);
    else window.history.replaceState(state, title, address);
    kept.opened = from.pathname === to.pathname ? "" : to.href;
  };
  waitForFirstLink(kept);
  return undefined;
}
