// A chart as a file of its own: the drawing as it stands on the page, its colours resolved, with title and legend.

const NS = 'http://www.w3.org/2000/svg';
const PAINT = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap', 'opacity', 'paint-order',
  'font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor', 'dominant-baseline',
];
const MARGIN = 16;
const LINE = 20;

export interface LegendEntry {
  label: string;
  color: string;
}

function paint(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of PAINT) {
    const value = style.getPropertyValue(name);
    if (value) to.setAttribute(name, value);
  }
  for (const name of ['class', 'style', 'tabindex', 'role', 'aria-labelledby', 'aria-describedby', 'aria-hidden']) to.removeAttribute(name);
  for (let i = 0; i < from.children.length; i += 1) paint(from.children[i]!, to.children[i]!);
}

function text(content: string, x: number, y: number, size: number, weight: string, color: string, family: string): SVGTextElement {
  const node = document.createElementNS(NS, 'text');
  for (const [name, value] of Object.entries({ x, y, fill: color, 'font-size': `${size}px`, 'font-weight': weight, 'font-family': family })) node.setAttribute(name, String(value));
  node.textContent = content;
  return node;
}

/** The drawing as SVG text; `frame` is the element whose colours are the page's. */
export function svgText(svg: SVGSVGElement, frame: Element, title: string, description: string, legend: readonly LegendEntry[]): { text: string; width: number; height: number } {
  const page = getComputedStyle(frame);
  const ink = page.color;
  const family = page.fontFamily;
  const chartWidth = svg.clientWidth || Number(svg.getAttribute('width'));
  const chartHeight = svg.clientHeight || Number(svg.getAttribute('height'));
  const width = chartWidth + 2 * MARGIN;
  const out = document.createElementNS(NS, 'svg');
  const head = document.createElementNS(NS, 'title');
  head.textContent = title;
  const note = document.createElementNS(NS, 'desc');
  note.textContent = description;
  const back = document.createElementNS(NS, 'rect');
  out.append(head, note, back);
  let y = MARGIN + 14;
  out.append(text(title, MARGIN, y, 16, '600', ink, family));
  y += 8;
  // Labels flow into lines; seven pixels a letter is on the safe side at this size.
  let x = MARGIN;
  for (const entry of legend) {
    const wide = 34 + entry.label.length * 7;
    if (x === MARGIN || x + wide > width - MARGIN) {
      x = MARGIN;
      y += LINE;
    }
    const mark = document.createElementNS(NS, 'rect');
    for (const [name, value] of Object.entries({ x, y: y - 9, width: 16, height: 8, fill: entry.color })) mark.setAttribute(name, String(value));
    out.append(mark, text(entry.label, x + 22, y, 12, '400', ink, family));
    x += wide;
  }
  y += 12;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  paint(svg, copy);
  copy.setAttribute('x', String(MARGIN));
  copy.setAttribute('y', String(y));
  copy.setAttribute('width', String(chartWidth));
  copy.setAttribute('height', String(chartHeight));
  out.append(copy);
  const height = y + chartHeight + MARGIN;
  for (const [name, value] of Object.entries({ xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}` })) out.setAttribute(name, String(value));
  for (const [name, value] of Object.entries({ width, height, fill: page.backgroundColor })) back.setAttribute(name, String(value));
  return { text: new XMLSerializer().serializeToString(out), width, height };
}

/** The same as pixels, twice as dense as the page. */
export async function pngOf(drawing: { text: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(drawing.width * 2);
  canvas.height = Math.round(drawing.height * 2);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('the picture could not be made'))), 'image/png'));
}
