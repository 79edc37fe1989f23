/** Code blocks of a page that say what they are: ```` ```json filter ````. Those with a language alone are prose. */

export interface Block {
  /** The second word after the fence. */
  readonly tag: string;
  readonly text: string;
  /** Of the fence, from 1. */
  readonly line: number;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Sections by their headings, of those that have tagged blocks. */
export function sectionsOf(markdown: string): readonly Section[] {
  const sections: { title: string; blocks: Block[] }[] = [{ title: '', blocks: [] }];
  let open: { tag: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*) ?(\w*)$/.exec(line);
    if (open !== undefined && line === '```') {
      const { tag, lines } = open;
      if (tag !== '') sections.at(-1)!.blocks.push({ tag, text: lines.join('\n'), line: open.line });
      open = undefined;
    } else if (open !== undefined) open.lines.push(line);
    else if (fence !== null) open = { tag: fence[2]!, line: index + 1, lines: [] };
    else if (/^#+ /.test(line)) sections.push({ title: line.replace(/^#+ /, ''), blocks: [] });
  }
  if (open !== undefined) throw new Error(`the code block at line ${open.line} does not end`);
  return sections.filter(({ blocks }) => blocks.length > 0);
}
