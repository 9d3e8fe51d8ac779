// The repository's documents as pages: Markdown becomes HTML and tables of the catalogue become rows when the page is
// built, so that what is shown is what stands in docs/ and catalog/ and cannot rot beside it.

import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Marked, type Tokens } from 'marked';
import type { Plugin } from 'vite';
import type { Rendered } from './src/lib/rendered.ts';

const root = resolve(import.meta.dirname, '..');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const slug = (text: string): string => text.toLowerCase().replace(/<[^>]*>|&[a-z]+;/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** Where a link of the document at `file` leads in the web app; nothing when it leads to what is not a page. */
export function linkTarget(file: string, href: string): string | null {
  if (/^https?:/.test(href) || href.startsWith('#')) return href;
  const [path = '', hash] = href.split('#');
  const target = relative(root, resolve(dirname(file), path));
  const page = /^docs\/(.+)\.md$/.exec(target)?.[1];
  if (page) return `/docs/${page}${hash ? `#${hash}` : ''}`;
  return /^docs\/openapi\.(yaml|json)$/.test(target) ? '/api-docs' : null;
}

export function rendered(file: string): Rendered {
  const headings: Rendered['headings'] = [];
  let title = basename(file, '.md');
  let lead = '';
  let tables = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const inner = this.parser.parseInline(tokens);
        const text = inner.replace(/<[^>]*>/g, '');
        if (depth === 1) {
          title = text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
          return `<h1 tabindex="-1">${inner}</h1>\n`;
        }
        const id = slug(text);
        if (depth === 2) headings.push({ id, text });
        return `<h${depth} id="${id}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const target = linkTarget(file, href);
        if (target === null) return `<span>${inner}</span>`;
        return `<a href="${escaped(target)}"${target.startsWith('http') ? ' rel="noreferrer"' : ''}>${inner}</a>`;
      },
      image({ text }: Tokens.Image) {
        return `<em>${escaped(text)}</em>`;
      },
      code({ text }: Tokens.Code) {
        return `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`;
      },
      table(token: Tokens.Table) {
        const cells = (row: Tokens.TableCell[], tag: 'th' | 'td'): string =>
          row.map((cell, column) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}${token.align[column] === 'right' ? ' class="num"' : ''}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('');
        tables += 1;
        const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="scroll-x" tabindex="0" role="group" aria-label="Table ${tables}"><table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const text = readFileSync(file, 'utf8');
  const paragraphs = marked.lexer(text).filter((token): token is Tokens.Paragraph => token.type === 'paragraph');
  // Where the code lies is for those who read on.
  const first = paragraphs.find((one) => !/^(Code|Formula|Data|Reference):/.test(one.text)) ?? paragraphs[0];
  if (first) lead = first.text.replace(/\*+([^*]+)\*+/g, '$1').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '').replace(/\s+/g, ' ');
  const html = marked.parse(text, { async: false });
  return { title, lead, html, headings };
}

/** Rows of a table of the catalogue (RFC 4180 after comment lines), by column. */
export function csvRows(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const body = text.split('\n').filter((line) => !line.startsWith('#')).join('\n');
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = 0; at < body.length; at += 1) {
    const c = body.charAt(at);
    if (quoted) {
      if (c !== '"') cell += c;
      else if (body.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      row.push(cell);
      cell = '';
    } else if (c === '\n') endRow();
    else cell += c;
  }
  endRow();
  const [head = [], ...rest] = rows;
  return rest.map((values) => Object.fromEntries(head.map((name, index) => [name, values[index] ?? ''])));
}

/** Imports of FILE.md?page and FILE.csv?rows. */
export function documents(): Plugin {
  return {
    name: 'documents',
    load(id) {
      const [file = '', query] = id.split('?');
      if (query !== 'page' && query !== 'lead' && query !== 'rows') return null;
      const path = file.startsWith(root) ? file : join(root, file);
      this.addWatchFile(path);
      if (query === 'rows') return `export default ${JSON.stringify(csvRows(readFileSync(path, 'utf8')))}`;
      const document = rendered(path);
      const shown = query === 'lead' ? { title: document.title, lead: document.lead } : document;
      return `export default ${JSON.stringify(shown)}`;
    },
  };
}
