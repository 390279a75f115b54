/** A real browser, which trusts the proxy's certificate. */
import { texts } from '#features/runs/client/texts/list.ts';
import { openBrowser } from '../harness/browser.ts';

/** Signs up, creates a project and lets the demo model work. @returns the protocol the browser spoke, such as `h2`, and what it complained of */
export async function workInBrowser(origin: string): Promise<{ protocol: string; complaints: string[] }> {
  const browser = await openBrowser();
  const complaints: string[] = [];
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.on('console', (message) => {
      // It also logs 401 before the sign-in.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${origin}/signup`);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill(`${crypto.randomUUID()}@example.com`);
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('button', { name: 'New project' }).first().click();
    await page.getByLabel('Name').fill('Analytical engine');
    await page.getByRole('button', { name: 'Create project' }).click();
    const [example = ''] = texts.examples;
    await page.getByRole('list', { name: 'Examples' }).getByRole('button', { name: example }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('treeitem', { name: 'welcome.md' }).waitFor();
    const protocol = await page.evaluate(
      () => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).nextHopProtocol,
    );
    return { protocol, complaints };
  } finally {
    await browser.close();
  }
}

/** Sends a request from a page of the proxy. @param prepare called between the page and the request @returns the status; 0 if there was none */
export async function sendFromBrowser(origin: string, method: string, path: string, prepare: () => void): Promise<number> {
  const browser = await openBrowser();
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(origin);
    prepare();
    return await page.evaluate(
      ([method, path]) =>
        fetch(path ?? '', { method: method ?? '', body: 'text' }).then(
          ({ status }) => status,
          () => 0,
        ),
      [method, path],
    );
  } finally {
    await browser.close();
  }
}
