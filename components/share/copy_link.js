// Copies the address of the view with what it was made with, by the button or the key "l".
// A view that is too long for a link is answered by the server, which offers it as a file.

const FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
const SHOWN_FOR = 4000; // ms

function linkOf(made) {
  const address = new URL(window.location.href);
  address.searchParams.delete("made");
  if (made) address.searchParams.set("made", made);
  return address.href;
}

// Where the page is not served over https, browsers have no clipboard but this.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.cssText = "position:fixed;opacity:0";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

// A colleague elsewhere cannot open it.
function reach() {
  const alone = ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);
  return alone ? ". It opens on this machine alone" : "";
}

// Beside the page, so that it is seen in stage mode too, where the button is hidden.
function say(words) {
  document.querySelector(".crossexam-said")?.remove();
  const said = document.createElement("div");
  said.className = "crossexam-said";
  said.setAttribute("role", "status");
  said.style.cssText = "position:fixed;right:1rem;top:4rem;z-index:2147483646;padding:0.4rem 0.8rem;"
    + "border-radius:0.5rem;background:#1b2430;color:#fff;border:1px solid #fff;font-size:0.9rem";
  said.textContent = words;
  document.body.append(said);
  setTimeout(() => said.remove(), SHOWN_FOR);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".copy");
  if (!box.firstChild) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy link";
    button.title = "Copy the address of this view (l)";
    box.append(button);
  }
  const button = box.firstChild;
  const press = async () => {
    if (data.left.length > 0) {
      setTriggerValue("long", String(Date.now()));
      return;
    }
    const done = await copy(linkOf(data.made));
    say(done ? `Link copied${reach()}` : "This browser keeps its clipboard: copy the link from the address bar");
  };
  button.onclick = press;
  if (document.crossexamCopy) document.crossexamCopy();
  const hear = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(FIELDS)) return;
    if (event.key !== "l" || document.querySelector('[role="dialog"]')) return;
    press();
  };
  document.addEventListener("keydown", hear);
  document.crossexamCopy = () => document.removeEventListener("keydown", hear);
  return document.crossexamCopy;
}
