// Draws example queries as buttons; the rest of a long list waits behind "more".

const opened = new WeakSet();

function button(name, text) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.textContent = text;
  return element;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".chips");
  const draw = () => {
    const hint = document.createElement("span");
    hint.className = "hint";
    hint.textContent = "Try";
    root.replaceChildren(hint);
    const shown = opened.has(root) ? data.examples : data.examples.slice(0, data.first);
    for (const example of shown) {
      const chip = button("chip", example.text);
      chip.title = example.help;
      chip.onclick = () => setTriggerValue("clicked", example.text);
      root.append(chip);
    }
    const rest = data.examples.length - data.first;
    if (rest <= 0) return;
    const open = opened.has(root);
    const toggle = button("toggle", open ? "fewer" : `${rest} more`);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.onclick = () => {
      if (open) opened.delete(root);
      else opened.add(root);
      draw();
      root.querySelector(".toggle").focus();
    };
    root.append(toggle);
  };
  draw();
}
