// The little of SVG that the charts need: a picture with a title, in colours that hold on light and
// dark pages. Knows nothing of figures.

export interface Picture {
  width: number;
  height: number;
  title: string;
  description: string;
  parts: readonly string[];
}

const STYLE = `
  .page { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .small { font-size: 11px; fill: #59636e } .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #d1d9e0 } .own { fill: #0969da } .yardstick { fill: #818b98 }
  .line { stroke: #818b98; stroke-width: 2 } .own-line { stroke: #0969da; stroke-width: 3 }
  .asked { stroke: #bc4c00; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #f0f6fc } .small { fill: #9198a1 }
    .grid { stroke: #3d444d } .own { fill: #4493f8 } .own-line { stroke: #4493f8 }
    .asked { stroke: #db6d28 }
  }`;

export function picture({ width, height, title, description, parts }: Picture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<style>${STYLE}
</style>
<rect class="page" width="${width}" height="${height}"/>
${text({ x: 16, y: 26, style: 'title' }, title)}
${parts.join('\n')}
</svg>
`;
}

export interface TextPlace {
  x: number;
  y: number;
  style?: string;
  anchor?: 'start' | 'middle' | 'end';
}

export function text({ x, y, style, anchor = 'start' }: TextPlace, words: string): string {
  const named = style === undefined ? '' : ` class="${style}"`;
  return `<text${named} x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

export function bar(style: string, box: { x: number; y: number; width: number; height: number }) {
  const { x, y, width, height } = box;
  return `<rect class="${style}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${height}" rx="2"/>`;
}

export function line(style: string, ends: { x1: number; y1: number; x2: number; y2: number }) {
  const { x1, y1, x2, y2 } = ends;
  return `<line class="${style}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

export function dot(style: string, x: number, y: number): string {
  return `<circle class="${style}" cx="${round(x)}" cy="${round(y)}" r="4.5"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
