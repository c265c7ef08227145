// Texts of a picture: where each line stands, in letters that slides have (see save_picture.js).
// Texts are hostile: they only ever become text nodes of a document that is written out whole.

const SANS = "Arial, Helvetica, sans-serif";
const MONO = "'Courier New', Courier, monospace";
const measuring = document.createElement("canvas").getContext("2d");

// What XML has no place for is left out: it would make the whole file unreadable.
function xmlText(text) {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
}

function letters(style) {
  const family = /mono|courier|code/i.test(style.fontFamily) ? MONO : SANS;
  return { family, size: parseFloat(style.fontSize), weight: style.fontWeight, slant: style.fontStyle };
}

// Words in Arial are wider than on screen: all become smaller alike, and those that would still
// run into one another by what it takes.
const ARIAL_SHARE = 0.92;

function fitted(text, font, width) {
  const size = ARIAL_SHARE * font.size;
  measuring.font = `${font.slant} ${font.weight} ${size}px ${font.family}`;
  const natural = measuring.measureText(text).width;
  return natural > width && width > 0 ? (size * width) / natural : size;
}

function setLetters(element, font, size) {
  element.setAttribute("font-family", font.family);
  element.setAttribute("font-size", rounded(size));
  if (Number(font.weight) !== 400) element.setAttribute("font-weight", font.weight);
  if (font.slant !== "normal") element.setAttribute("font-style", font.slant);
}

// The lines of a text node as they were broken: [{ text, rect }].
function linesOf(textNode) {
  const range = textNode.ownerDocument.createRange();
  const words = textNode.data.trim();
  let offset = textNode.data.indexOf(words);
  range.setStart(textNode, offset);
  range.setEnd(textNode, offset + words.length);
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
  if (rects.length === 0) return [];
  if (rects.length === 1) return [{ text: words, rect: rects[0] }];
  const lines = [];
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(words)) {
    range.setStart(textNode, offset);
    range.setEnd(textNode, offset + segment.length);
    offset += segment.length;
    const rect = [...range.getClientRects()].find((each) => each.width > 0 && each.height > 0);
    if (!rect) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) {
      last.text += segment;
      if (segment.trim()) last.rect = joined(last.rect, rect);
    } else if (segment.trim()) lines.push({ text: segment, rect });
  }
  return lines;
}

function joined(one, other) {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  return new DOMRect(left, top, Math.max(one.right, other.right) - left, Math.max(one.bottom, other.bottom) - top);
}

function asWritten(text, style) {
  const collapsed = style.whiteSpaceCollapse === "preserve" || style.whiteSpace.startsWith("pre") ? text : text.replace(/\s+/g, " ");
  if (style.textTransform === "uppercase") return collapsed.toUpperCase();
  if (style.textTransform === "lowercase") return collapsed.toLowerCase();
  return collapsed;
}

// The direction in which a text is read: degrees that its line is turned.
function turned(element, style) {
  if (!style.writingMode.startsWith("vertical")) return 0;
  let half = 0;
  for (let box = element; box; box = box.parentElement) {
    if (getComputedStyle(box).rotate === "180deg") half += 180;
  }
  return (90 + half) % 360;
}

// As long as on screen where that takes little stretching, else as long as Arial makes it.
function fullLength(words, length) {
  const natural = measuring.measureText(words).width;
  return natural > 0.85 * length ? length : natural;
}

function drawLine(picture, into, text, rect, style, turn = 0) {
  const words = asWritten(text, style).trim();
  const paint = picture.paint(style.color);
  if (!words || paint.alpha === 0) return;
  const font = letters(style);
  const upright = turn === 0;
  const [length, thick] = upright ? [rect.width, rect.height] : [rect.height, rect.width];
  const size = fitted(words, font, length);
  const line = picture.add(into, "text", { fill: paint.colour, "fill-opacity": paint.opacity });
  setLetters(line, font, size);
  // the line box is higher than the letters: their baseline lies a fixed share below its middle
  const drop = thick / 2 + 0.35 * size;
  if (upright) {
    line.setAttribute("x", rounded(rect.left - picture.left));
    line.setAttribute("y", rounded(rect.top - picture.top + drop));
  } else {
    const up = turn === 270;
    const x = up ? rect.left + drop : rect.right - drop;
    const y = up ? rect.bottom : rect.top;
    line.setAttribute("transform", `translate(${rounded(x - picture.left)} ${rounded(y - picture.top)}) rotate(${up ? -90 : 90})`);
  }
  if (words.length > 1) {
    line.setAttribute("textLength", rounded(fullLength(words, length)));
    line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
  if (style.direction === "rtl" && upright) {
    line.setAttribute("direction", "rtl");
    line.setAttribute("x", rounded(rect.right - picture.left));
  }
  if (style.textDecorationLine.includes("line-through")) line.setAttribute("text-decoration", "line-through");
  else if (style.textDecorationLine.includes("underline")) line.setAttribute("text-decoration", "underline");
  line.textContent = xmlText(words);
}

// A caption's words in lines of at most `width`.
function wrapped(text, font, width) {
  measuring.font = `${font.slant} ${font.weight} ${font.size}px ${font.family}`;
  const lines = [];
  for (const word of xmlText(text).split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && measuring.measureText(`${last} ${word}`).width <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.flatMap((line) => cutToWidth(line, width));
}

function cutToWidth(line, width) {
  if (measuring.measureText(line).width <= width) return [line];
  const signs = [...line];
  let fits = signs.length;
  while (fits > 1 && measuring.measureText(signs.slice(0, fits).join("")).width > width) fits -= 1;
  return [signs.slice(0, fits).join(""), ...cutToWidth(signs.slice(fits).join(""), width)];
}

function rounded(number) {
  return String(Math.round(100 * number) / 100);
}
