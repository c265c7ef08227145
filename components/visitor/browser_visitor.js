// Keeps a visitor's id in this browser: in its local storage, or, where that is blocked, in the
// tab's name, which outlives a reload. Neither is in a link or goes anywhere else by itself.

const KEY = "crossexam-visitor";

function kept() {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return window.name.startsWith(KEY) ? window.name.slice(KEY.length + 1) : null;
  }
}

function keep(id) {
  try {
    window.localStorage.setItem(KEY, id);
  } catch {
    window.name = `${KEY}=${id}`;
  }
}

export default function ({ data, setStateValue }) {
  const id = kept();
  if (!id) keep(data.issued);
  else if (id !== data.issued) setStateValue("kept", id);
  return undefined;
}
