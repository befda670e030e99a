// Looks over a page: what it returns is wrong with it.
const wrong = [];
const root = document.documentElement;
if (root.lang !== "en") wrong.push("the page does not say its language");
if (root.scrollWidth > root.clientWidth) wrong.push(`it is ${root.scrollWidth} wide in ${root.clientWidth}`);
if (document.querySelectorAll("h1").length !== 1) wrong.push("it has not one main heading");
if (!document.querySelector(".notice")?.textContent.includes("not Persona")) wrong.push("it does not say that it is not Persona");

const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`id ${id} is there twice`);

for (const input of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
  if (!input.labels?.length) wrong.push(`${input.name || input.id} has no label`);
}
for (const it of document.querySelectorAll("a, button")) {
  if (!it.textContent.trim()) wrong.push(`a ${it.tagName} has no text`);
}

const parse = (colour) => {
  const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
  return { r, g, b, a };
};
const channel = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (element) => {
  for (let it = element; it; it = it.parentElement) {
    const colour = parse(getComputedStyle(it).backgroundColor);
    if (colour.a === 1) return colour;
  }
  return { r: 255, g: 255, b: 255 };
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode.textContent.trim();
  const element = walker.currentNode.parentElement;
  if (!text || !element.getClientRects().length) continue;
  const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) wrong.push(`"${text.slice(0, 30)}" has a contrast of ${contrast.toFixed(2)}`);
}
return wrong;
