// Colours of a picture as plain rgb, light whatever the page's theme is (see save_picture.js).

const pixel = document.createElement("canvas");
pixel.width = pixel.height = 1;
const pixelContext = pixel.getContext("2d", { willReadFrequently: true });
const READ = new Map();
const LIGHT_PAGE = {
  "--st-primary-color": "#0b5fa5",
  "--st-background-color": "#ffffff",
  "--st-secondary-background-color": "#f3f5f8",
  "--st-text-color": "#1b2430",
  "--st-border-color": "#d5dbe3",
  "--st-border-color-light": "rgba(213, 219, 227, 0.45)",
  "--st-widget-border-color": "#d5dbe3",
  "--st-heading-color": "#1b2430",
  "--st-link-color": "#0b5fa5",
  "--st-blue-color": "#3b82f6",
  "--st-blue-background-color": "#edf5ff",
  "--st-blue-text-color": "#244fb4",
  "--st-orange-color": "#e0682b",
  "--st-orange-background-color": "#fff6ed",
  "--st-orange-text-color": "#9b4519",
  "--st-green-color": "#079464",
  "--st-green-background-color": "#f1fbf6",
  "--st-green-text-color": "#0c5a44",
  "--st-red-color": "#d94a57",
  "--st-red-background-color": "#fff1f2",
  "--st-red-text-color": "#9e303b",
  "--st-violet-color": "#9b5de5",
  "--st-yellow-color": "#bb8300",
  "--st-gray-color": "#6b7280",
  "--st-code-background-color": "#f9fafc",
  "--st-code-text-color": "#0c5a44",
};

// [red, green, blue, alpha 0 to 1] of any colour that the browser knows: color-mix has its own.
function rgba(colour) {
  if (!READ.has(colour)) {
    const share = colour.match(/^rgba\(.*,\s*([\d.]+)\)$|\/\s*([\d.]+)\)$/);
    // drawn without its alpha: a faint colour would come back in a few coarse steps
    pixelContext.clearRect(0, 0, 1, 1);
    pixelContext.fillStyle = "#000";
    pixelContext.fillStyle = share ? colour.replace(/,\s*[\d.]+\)$|\/\s*[\d.]+\)$/, (end) => (end[0] === "," ? ", 1)" : ")")) : colour;
    pixelContext.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pixelContext.getImageData(0, 0, 1, 1).data;
    READ.set(colour, [red, green, blue, share ? Number(share[1] ?? share[2]) : alpha / 255]);
  }
  return READ.get(colour);
}

function hex([red, green, blue]) {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function apart(one, other) {
  return Math.max(...[0, 1, 2].map((part) => Math.abs(one[part] - other[part])));
}

// Turns a chart's colours into those that it has on a light page: `pairs` are its own colours,
// dark and light, `scales` its colour scales, between whose stops a cell may lie.
class Lightened {
  constructor({ pairs = [], scales = [] } = {}) {
    this.pairs = pairs.map(([dark, light]) => [rgba(dark), rgba(light)]);
    this.scales = scales.map(([dark, light]) => [dark.map(rgba), light.map(rgba)]);
    this.known = new Map();
  }

  get needed() {
    return this.pairs.length + this.scales.length > 0;
  }

  of(colour) {
    const id = colour.map((part) => Math.round(100 * part)).join();
    if (!this.known.has(id)) this.known.set(id, this.find(colour));
    return this.known.get(id);
  }

  find(colour) {
    const whole = this.pairs.find(([dark]) => apart(dark, colour) < 1 && Math.abs(dark[3] - colour[3]) < 0.01);
    if (whole) return whole[1];
    const same = this.pairs.find(([dark]) => apart(dark, colour) < 1);
    if (same) return [...same[1].slice(0, 3), colour[3]];
    let [best, distance] = [colour, 8];
    for (const [dark, light] of this.scales) {
      for (let step = 0; step <= 255; step += 1) {
        const off = apart(between(dark, step / 255), colour);
        if (off < distance) [best, distance] = [[...between(light, step / 255).slice(0, 3), colour[3]], off];
      }
    }
    return best;
  }
}

function between(stops, share) {
  const place = share * (stops.length - 1);
  const left = Math.min(Math.floor(place), stops.length - 2);
  return stops[left].map((part, index) => part + (place - left) * (stops[left + 1][index] - part));
}

// A bitmap (a heat map's cells) as the address of a PNG, in light colours.
async function lightBitmap(address, lightened) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  if (lightened.needed) {
    const cells = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < cells.data.length; at += 4) {
      if (!cells.data[at + 3]) continue;
      const [red, green, blue, alpha] = lightened.of([...cells.data.slice(at, at + 3), cells.data[at + 3] / 255]);
      cells.data.set([Math.round(red), Math.round(green), Math.round(blue), Math.round(255 * alpha)], at);
    }
    context.putImageData(cells, 0, 0);
  }
  return canvas.toDataURL("image/png");
}

// Draws an own view as it is on a light page, for as long as `read` takes; nothing is shown of it.
function inLight(host, read) {
  const still = document.createElement("style");
  still.textContent = "*, *::before, *::after { transition: none !important; animation: none !important; }";
  const roots = [host, ...host.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean);
  const boxes = [host, ...roots.flatMap((root) => [root.host, ...root.children])].filter((each) => each.style);
  const before = boxes.map((box) => box.getAttribute("style"));
  const added = [host, ...roots].map((root) => root.appendChild(still.cloneNode(true)));
  for (const box of boxes) {
    box.style.setProperty("color-scheme", "light", "important");
    for (const [name, colour] of Object.entries(LIGHT_PAGE)) box.style.setProperty(name, colour, "important");
  }
  try {
    return read();
  } finally {
    boxes.forEach((box, index) => {
      if (before[index] === null) box.removeAttribute("style");
      else box.setAttribute("style", before[index]);
    });
    for (const each of added) each.remove();
  }
}
