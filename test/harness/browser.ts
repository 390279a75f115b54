/** A real browser: one that is installed, else the Chromium that npm brings. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Unpacks the one that npm brings, where it is not unpacked yet: two tests that did so at once would spoil it for each other. */
export const unpackBrowser = async (): Promise<string> => installed.find((path) => existsSync(path)) ?? (await sparticuz.executablePath());

/**
 * Drawn without the GPU that the Chromium from npm would imitate (SwiftShader): that took half of the processor time of these tests.
 * Its own list of flags is for functions in a cloud: one process, and no policy between sites.
 */
const flags = ['--headless=shell', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'];

export const openBrowser = async (): Promise<Browser> => chromium.launch({ executablePath: await unpackBrowser(), args: flags });

/** @returns a page, and what went wrong on it: errors in its console, and requests to other addresses */
export async function openPage(browser: Browser, { colorScheme = 'light' as 'light' | 'dark', width = 1360, height = 860 } = {}) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce' });
  // A page may catch what its policy forbids; the violation is reported all the same.
  await context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      reportError(new Error(`the policy forbids ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)),
    ),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal that the screen explains is logged by the browser all the same.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') complaints.push(`loads ${request.url()}`);
  });
  return { page, context, complaints };
}

/**
 * What axe finds against WCAG A and AA, in words. Toasts are looked at by themselves: what they lie on for a moment is no smaller for it,
 * and whether they still do is chance.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script: the page's policy forbids that. Half a megabyte, so once a page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: engine } = globalThis as unknown as { axe: typeof import('axe-core') };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const toasts = document.querySelector<HTMLElement>('.toasts');
    const shown = (toasts?.childElementCount ?? 0) > 0;
    const found = shown ? (await engine.run('.toasts', { runOnly, rules: { 'target-size': { enabled: false } } })).violations : [];
    toasts?.style.setProperty('display', 'none');
    found.push(...(await engine.run(document, { runOnly })).violations);
    toasts?.style.removeProperty('display');
    return found.map(({ id, help, nodes }) => ({ id, help, targets: nodes.map((node) => node.target.join(' ')) }));
  });
  return violations.map(({ id, help, targets }) => `${id}: ${help} (${targets.slice(0, 3).join(', ')})`);
}

/** Set it to a folder to look at what the tests saw. */
const pictures = process.env['TEST_PICTURES'];

/**
 * Looks at the screen in both themes and on a phone: no barrier for anybody.
 * @param height of the screen; a page is seen as far as it reaches
 */
export async function look(page: Page, name: string, height = 860): Promise<void> {
  for (const [suffix, colorScheme, width] of [
    ['light', 'light', 1360],
    ['dark', 'dark', 1360],
    ['phone', 'light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${suffix}.png`) });
    }
    // A page that was resized just now may still be drawing.
    let barriers = await findBarriers(page);
    for (let looks = 1; barriers.length > 0 && looks < 5; looks++) {
      await page.waitForTimeout(300);
      barriers = await findBarriers(page);
    }
    assert.deepEqual(barriers, [], `${name}, ${suffix}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1360, height: 860 });
  // On a busy machine the page would take the next key for one pressed on a phone.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
