// The step and the layer in the address, so that a link opens them; the server need not be asked.

const OPENED = /^(cross|query|beforehand)-([1-9]\d{0,2})(?:-([1-9]\d{0,2}))?$/;

function shownByAddress() {
  const said = new URL(window.location.href).searchParams;
  const number = (name) => (/^[1-9]\d{0,3}$/.test(said.get(name) ?? "") ? Number(said.get(name)) : null);
  const opened = OPENED.exec(said.get("opened_layer") ?? "");
  return {
    step: number("pass_step"),
    document: number("pictured"),
    opened: opened && { tower: opened[1], layer: Number(opened[2]), head: Number(opened[3]) || null },
  };
}

function writeShown(values) {
  const address = new URL(window.location.href);
  if (address.pathname.split("/").pop() !== "inside") return; // the page was left meanwhile
  for (const [name, value] of Object.entries(values)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
}
