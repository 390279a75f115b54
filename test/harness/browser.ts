/** A real browser: an installed one, otherwise the Chromium from npm. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Unpacks the Chromium from npm unless it is already unpacked: two tests that unpacked it concurrently would corrupt it for each other. */
export const unpackBrowser = async (): Promise<string> => installed.find((path) => existsSync(path)) ?? (await sparticuz.executablePath());

/**
 * Rendered without the GPU that the Chromium from npm would emulate (SwiftShader), which took half of the CPU time of these tests. Its own
 * list of flags is for cloud functions: a single process, and no isolation between sites.
 */
const flags = ['--headless=shell', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'];

export const openBrowser = async (): Promise<Browser> => chromium.launch({ executablePath: await unpackBrowser(), args: flags });

/** @returns a page, and its problems: errors in its console, and requests to other addresses */
export async function openPage(browser: Browser, { colorScheme = 'light' as 'light' | 'dark', width = 1360, height = 860 } = {}) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce' });
  // A page may catch the errors of its content security policy; the violation is reported anyway.
  await context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      reportError(new Error(`the policy forbids ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)),
    ),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The browser also logs error responses that the screen explains.
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
 * Violations of WCAG A and AA found by axe, as text. Toasts are checked separately: the element that one briefly covers is not too small
 * because of it, and whether it is still covered is chance.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script, which the page's policy blocks. Half a megabyte, so once per page.
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

/** Set it to a folder to store screenshots of the tests. */
const pictures = process.env['TEST_PICTURES'];

/**
 * Checks the accessibility of the screen in both themes and on a phone.
 * @param height of the screen; only the visible part of a page is checked
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
    // A page that was just resized may still be rendering.
    let barriers = await findBarriers(page);
    for (let looks = 1; barriers.length > 0 && looks < 5; looks++) {
      await page.waitForTimeout(300);
      barriers = await findBarriers(page);
    }
    assert.deepEqual(barriers, [], `${name}, ${suffix}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1360, height: 860 });
  // On a busy machine, the page would treat the next key as pressed on a phone.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
