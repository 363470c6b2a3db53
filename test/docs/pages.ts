// The pages that the project is documented by, taken apart: fenced blocks, links, headings, names of
// files. Runs nothing.

import { filesUnder, PROJECT_FILES, textOf } from '../tidy/project-files.ts';

/** Every page, from the root. */
export const PAGES: readonly string[] = [
  ...PROJECT_FILES.filter((path) => /^[A-Z]+\.md$/.test(path)),
  ...filesUnder('docs/', '.md'),
  ...filesUnder('data/', '.md'),
];

export interface Block {
  page: string;
  /** The line of the opening fence, from 1. */
  line: number;
  language: string;
  text: string;
  /** What an HTML comment right before the fence says, such as `output`. */
  remark: string;
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = textOf(page).split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const language = /^```(\w*)/.exec(lines[index]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new Error(`${page}:${index + 1}: the fence is never closed`);
    const above = lines.slice(0, index).filter((line) => line.trim() !== '');
    const remark = /^<!-- (.*) -->$/.exec(above.at(-1) ?? '')?.[1] ?? '';
    const text = lines.slice(index + 1, end).join('\n');
    blocks.push({ page, line: index + 1, language, text, remark });
    index = end;
  }
  return blocks;
}

export interface Mention {
  page: string;
  line: number;
  target: string;
}

/** Targets of links and pictures. */
export function linksOf(page: string): Mention[] {
  return mentionsOf(page, /\[[^\]]*\]\(([^)\s]+)[^)]*\)/g);
}

/** Files and folders of the project that the text names in code style. */
export function namedFilesOf(page: string): Mention[] {
  return mentionsOf(page, /`((?:src|test|docs|console|data|bin|\.ci)\/[\w./*-]+)`/g);
}

/** The anchors that GitHub makes of the headings. */
export function anchorsOf(page: string): Set<string> {
  const headings = prose(page).filter((line) => /^#+ /.test(line));
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function mentionsOf(page: string, pattern: RegExp): Mention[] {
  return prose(page).flatMap((text, index) =>
    [...text.matchAll(pattern)].map(([, target]) => ({ page, line: index + 1, target: target! })),
  );
}

/** The lines outside of fences; those within are empty. */
function prose(page: string): string[] {
  let fenced = false;
  return textOf(page)
    .split('\n')
    .map((line) => {
      const isFence = line.startsWith('```');
      if (isFence) fenced = !fenced;
      return fenced || isFence ? '' : line;
    });
}
