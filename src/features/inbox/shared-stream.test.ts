import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { OPENED } from '#ui/app/live-events.ts';
import { CHECK, type Dependencies, openSharedStream } from './client/shared-stream.ts';

/** An event source controlled by a test. */
class FakeSource extends EventTarget {
  static readonly opened: FakeSource[] = [];
  readyState = 1;
  constructor() {
    super();
    FakeSource.opened.push(this);
  }
  close(): void {
    this.readyState = 2;
  }
  say(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
  refuse(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event('error'));
  }
}

/** A browser in which tabs are opened: its locks and channels, shared by its tabs. */
function openBrowser(): Dependencies {
  const tabs = new Set<EventTarget>();
  const waiting: (() => void)[] = [];
  let held = false;
  const next = () => {
    const grant = waiting.shift();
    held = grant !== undefined;
    grant?.();
  };
  const request = (_name: string, { signal }: { signal: AbortSignal }, work: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      const grant = () => void work().then(resolve).then(next);
      signal.addEventListener('abort', () => {
        const place = waiting.indexOf(grant);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason);
      });
      waiting.push(grant);
      if (!held) next();
    });
  const openChannel = () => {
    const tab = new EventTarget();
    tabs.add(tab);
    return Object.assign(tab, {
      postMessage: (data: unknown) => {
        for (const other of tabs) if (other !== tab) other.dispatchEvent(new MessageEvent('message', { data }));
      },
      close: () => tabs.delete(tab),
    });
  };
  return { locks: { request }, openChannel, openSource: () => new FakeSource() } as unknown as Dependencies;
}

describe('a stream that the tabs of a browser share', () => {
  beforeEach(() => {
    FakeSource.opened.length = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => mock.timers.reset());

  function openTab(dependencies: Dependencies) {
    const heard: unknown[] = [];
    const options = { name: 'inbox', url: '/events', events: ['approvals', 'autonomy'] };
    const close = openSharedStream({ ...options, onEvent: (event, data) => heard.push([event, data]) }, dependencies);
    return { heard, close };
  }
  const setUp = () => new Promise((resolve) => setImmediate(resolve));
  const open = () => FakeSource.opened.filter(({ readyState }) => readyState !== 2);

  it('is read by one tab, and heard by all', () => {
    const browser = openBrowser();
    const [first, second] = [openTab(browser), openTab(browser)];
    assert.equal(open().length, 1);
    open()[0]?.say('approvals', { pending: 1 });
    open()[0]?.say('autonomy', { organizationId: 'a' });
    const all = [
      ['approvals', { pending: 1 }],
      ['autonomy', { organizationId: 'a' }],
    ];
    assert.deepEqual(first.heard, all);
    assert.deepEqual(second.heard, all);
  });

  it('tells a tab that comes later what was said last', () => {
    const browser = openBrowser();
    openTab(browser);
    open()[0]?.say('approvals', { pending: 1 });
    open()[0]?.say('approvals', { pending: 2 });
    assert.deepEqual(openTab(browser).heard, [['approvals', { pending: 2 }]]);
  });

  it('tells all tabs that it was opened, since they may have missed something', () => {
    const browser = openBrowser();
    const [first, second] = [openTab(browser), openTab(browser)];
    open()[0]?.dispatchEvent(new Event('open'));
    assert.deepEqual([first.heard, second.heard], [[[OPENED, null]], [[OPENED, null]]]);
    assert.deepEqual(openTab(browser).heard, [], 'a later tab has missed nothing');
  });

  it('goes on in another tab when the one that reads is closed, and ends with the last', async () => {
    const browser = openBrowser();
    const [first, second, third] = [openTab(browser), openTab(browser), openTab(browser)];
    second.close();
    first.close();
    await setUp();
    assert.equal(FakeSource.opened.length, 2);
    assert.equal(open().length, 1);
    open()[0]?.say('approvals', { pending: 3 });
    assert.deepEqual(third.heard, [['approvals', { pending: 3 }]]);
    assert.deepEqual([first.heard, second.heard], [[], []]);
    third.close();
    assert.equal(open().length, 0);
  });

  for (const [what, missing] of [
    ['locks', { locks: undefined }],
    ['channels', { openChannel: undefined }],
  ] as const) {
    it(`is read by each tab for itself without ${what}`, () => {
      const dependencies = { ...openBrowser(), ...missing };
      const [first, second] = [openTab(dependencies), openTab(dependencies)];
      assert.equal(open().length, 2);
      open()[0]?.say('approvals', { pending: 1 });
      assert.deepEqual([first.heard.length, second.heard.length], [1, 0]);
      first.close();
      second.close();
      assert.equal(open().length, 0);
    });
  }

  it('has all tabs check when it is refused, and asks again later', () => {
    const browser = openBrowser();
    const [tab, other] = [openTab(browser), openTab(browser)];
    open()[0]?.refuse();
    for (const { heard } of [tab, other]) assert.deepEqual(heard, [[CHECK, {}]]);
    assert.equal(open().length, 0);
    mock.timers.tick(5000);
    assert.equal(open().length, 1);
    open()[0]?.refuse();
    other.close();
    tab.close();
    mock.timers.tick(60_000);
    assert.equal(open().length, 0);
  });

  it('has all tabs check when it is open again after a break, which the browser mends by itself', () => {
    const browser = openBrowser();
    const [tab, other] = [openTab(browser), openTab(browser)];
    open()[0]?.dispatchEvent(new Event('open'));
    open()[0]?.dispatchEvent(new Event('error'));
    for (const { heard } of [tab, other]) assert.deepEqual(heard, [[OPENED, null]]);
    open()[0]?.dispatchEvent(new Event('open'));
    for (const { heard } of [tab, other])
      assert.deepEqual(heard, [
        [OPENED, null],
        [OPENED, null],
        [CHECK, {}],
      ]);
    assert.deepEqual(openTab(browser).heard, [], 'a tab that comes later has nothing to check');
  });
});
