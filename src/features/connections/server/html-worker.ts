/** Thread that converts one page to Markdown: on the main thread, a megabyte of HTML would block everything else for seconds. */
import '#kernel/nice-thread.ts';
import { parentPort, workerData } from 'node:worker_threads';
import TurndownService from 'turndown';

export interface HtmlWork {
  html: string;
  /** Address of the page, to resolve its links. */
  base: string;
}
export interface MarkdownPage {
  markdown: string;
  title: string | undefined;
}

const MAX_TITLE = 300;

const { html, base } = workerData as HtmlWork;
let title: string | undefined;

function absolute(address: string | null): string {
  return address && URL.canParse(address, base) ? new URL(address, base).href : '';
}

const turndown = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' })
  .remove(['script', 'style', 'noscript', 'iframe', 'template', 'object', 'canvas', 'link', 'meta'])
  .addRule('title', {
    filter: 'title',
    replacement: (_, node) => {
      title ??= node.textContent?.trim().replace(/\s+/g, ' ').slice(0, MAX_TITLE);
      return '';
    },
  })
  .addRule('drawing', { filter: (node) => node.nodeName.toLowerCase() === 'svg', replacement: () => '' })
  .addRule('link', {
    filter: (node) => node.nodeName === 'A' && node.hasAttribute('href'),
    replacement: (content, node) => {
      const address = absolute((node as HTMLElement).getAttribute('href'));
      const text = content.trim().replace(/\s+/g, ' ');
      if (!text) return '';
      return /^https?:/.test(address) ? `[${text}](${address})` : text;
    },
  })
  .addRule('image', {
    filter: 'img',
    replacement: (_, node) => {
      const alt = (node as HTMLElement).getAttribute('alt')?.trim().replace(/\s+/g, ' ') ?? '';
      const address = absolute((node as HTMLElement).getAttribute('src'));
      return alt && /^https?:/.test(address) ? `![${alt}](${address})` : alt;
    },
  });

const markdown = turndown.turndown(html);
parentPort?.postMessage({ markdown, title } satisfies MarkdownPage);
