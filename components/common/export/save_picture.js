// The two buttons that save the picture beside them as SVG or PNG: light, with title and source.

const MARGIN = 18;
const PNG_SCALE = 2;
const MOST_PIXELS = 16_000; // a side of a canvas that browsers still draw

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".save");
  const said = document.createElement("span");
  said.className = "said";
  said.setAttribute("role", "status");
  const label = document.createElement("span");
  label.textContent = data.label;
  const buttons = ["SVG", "PNG"].map((kind) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.setAttribute("aria-label", `Save ${data.title || "this picture"} as ${kind}`);
    button.addEventListener("click", async () => {
      said.textContent = "";
      const drawing = document.querySelector(`.${CSS.escape(data.target)}`);
      const svg = drawing && (await pictureOf(drawing, data));
      if (!svg) {
        said.textContent = "Nothing is drawn yet.";
        return;
      }
      const text = new XMLSerializer().serializeToString(svg);
      const name = `${data.name}.${kind.toLowerCase()}`;
      if (kind === "SVG") saveFile(name, text, "image/svg+xml");
      else saveFile(name, await pngOf(svg, text), "image/png");
      said.textContent = `${name} is saved.`;
    });
    return button;
  });
  if (data.numbers) buttons.push(numbersButton(data, said));
  root.replaceChildren(said, label, ...buttons);
}

function numbersButton(data, said) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "CSV";
  button.setAttribute("aria-label", `Save the numbers of ${data.title || "this picture"} as CSV`);
  button.addEventListener("click", () => {
    saveFile(`${data.name}.csv`, data.numbers, "text/csv");
    said.textContent = `${data.name}.csv is saved.`;
  });
  return button;
}

// The element that the picture is: a chart's own box, a page in its frame, the inside of a view.
function drawnIn(drawing) {
  const chart = drawing.querySelector(".js-plotly-plot");
  if (chart) return chart;
  const frame = drawing.querySelector("iframe[srcdoc]");
  if (frame) return frame.contentDocument.body;
  const hosts = [drawing, ...drawing.querySelectorAll("*")].filter((each) => each.shadowRoot);
  return hosts[0] ?? drawing;
}

async function pictureOf(drawing, data) {
  const element = drawnIn(drawing);
  const isChart = element.classList.contains("js-plotly-plot");
  const picture = new Picture(new Lightened(isChart ? data : {}));
  if (isChart) picture.draw(element);
  else inLight(element, () => picture.draw(element));
  if (!picture.root.querySelector("text, path, rect, line, image")) return null;
  await picture.settle();
  return framed(picture, data);
}

// The picture on white: its title above it, what it shows and where it is from below.
function framed(picture, data) {
  const width = Math.max(picture.width, 420);
  const lines = [
    ...written(data.title, { size: 17, weight: "700", colour: "#1b2430" }, width),
    null,
    ...written(data.caption, { size: 13, weight: "400", colour: "#1b2430" }, width),
    ...written(data.source, { size: 12, weight: "400", colour: "#5b6372" }, width),
  ];
  const page = document.createElementNS(SVG_NAME, "svg");
  const back = picture.add(page, "rect", { width: "100%", height: "100%", fill: "#ffffff" });
  let y = MARGIN;
  for (const line of lines) {
    if (line === null) {
      y += 6;
      picture.root.setAttribute("overflow", "visible");
      const place = picture.add(page, "g", { transform: `translate(${MARGIN} ${rounded(y)})` });
      place.append(...picture.root.childNodes);
      y += picture.height + 8;
      continue;
    }
    y += line.size * 1.35;
    const text = picture.add(page, "text", { x: MARGIN, y: rounded(y - line.size * 0.3), fill: line.colour });
    setLetters(text, { family: SANS, weight: line.weight, slant: "normal" }, line.size);
    text.textContent = line.text;
  }
  const [w, h] = [Math.ceil(width + 2 * MARGIN), Math.ceil(y + MARGIN)];
  for (const [name, value] of Object.entries({ width: w, height: h, viewBox: `0 0 ${w} ${h}`, role: "img" })) page.setAttribute(name, value);
  for (const [tag, text] of [["title", data.title || data.name], ["desc", data.spoken]]) {
    if (text) picture.add(page, tag, {}).textContent = xmlText(text);
    if (text) back.before(page.lastElementChild);
  }
  return page;
}

function written(text, look, width) {
  const font = { family: SANS, slant: "normal", ...look };
  return wrapped(text ?? "", font, width).map((line) => ({ ...look, text: line }));
}

async function pngOf(svg, text) {
  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const scale = Math.min(PNG_SCALE, MOST_PIXELS / Math.max(width, height));
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  } finally {
    URL.revokeObjectURL(address);
  }
}
