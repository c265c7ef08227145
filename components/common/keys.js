// Hears the keys of the page. One listener for the whole page: a newer drawing replaces it.
// Whoever types in a field, or reads a dialogue, is left alone.
// It hears too when the system turns dark or light: Streamlit recolours what it drew itself, and
// leaves charts in the colours of before.

const SWITCHED_AFTER = 300; // ms that the page's own colours may take to change
const FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";

function isTyping(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && target.closest(FIELDS) !== null;
}

function focusQuery() {
  const field = document.querySelector(".st-key-q input");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

// A black screen, so that the room looks at who speaks.
function curtain() {
  return document.querySelector(".crossexam-curtain");
}

function darken(on) {
  const old = curtain();
  if (old) old.remove();
  if (!on) return;
  const black = document.createElement("div");
  black.className = "crossexam-curtain";
  black.setAttribute("aria-hidden", "true");
  black.style.cssText = "position:fixed;inset:0;background:#000;z-index:2147483647;cursor:none";
  black.addEventListener("click", () => darken(false));
  document.body.append(black);
}

export default function ({ data, setTriggerValue }) {
  if (document.crossexamKeys) document.crossexamKeys();
  if (!data.stage) darken(false);
  const hear = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event) || document.querySelector('[role="dialog"]')) return;
    if (event.key === "/" && focusQuery()) event.preventDefault();
    else if (["?", "s", "w"].includes(event.key)) setTriggerValue("pressed", event.key);
    else if (event.key === "b" && data.stage) darken(curtain() === null);
    else if (event.key === "Escape" && curtain()) darken(false);
  };
  document.addEventListener("keydown", hear);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => {
    setTimeout(() => setTriggerValue("scheme", scheme.matches ? "dark" : "light"), SWITCHED_AFTER);
  };
  scheme.addEventListener("change", recolour);
  const stop = () => {
    document.removeEventListener("keydown", hear);
    scheme.removeEventListener("change", recolour);
  };
  document.crossexamKeys = stop;
  return stop;
}
