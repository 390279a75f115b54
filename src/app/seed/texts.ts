/** What the demo team has written. */

const home = `# Northwind

Coffee from small farms, roasted in Hamburg on Tuesdays and at your door by Thursday.

- Three roasts, from light to dark
- Free delivery from 30 EUR
- A subscription you can pause at any time
`;

const pricing = `# Prices

| Roast  | 250 g | 1 kg  |
| ------ | ----- | ----- |
| Light  | 9 EUR | 32 EUR |
| Medium | 8 EUR | 29 EUR |
| Dark   | 8 EUR | 29 EUR |

Prices include VAT. Shipping is 3 EUR.
`;

interface Website {
  files: Record<string, string>;
  instructions: string;
  edits: { path: string; from: string; to: string }[];
}

export const website: Website = {
  files: {
    'README.md': `# Website

The texts and styles of northwind.example. Pages are in \`content\`, one file each.

1. Edit a page, or ask the Editor.
2. Read the preview.
3. Tick it off in \`launch-checklist.md\`.
`,
    'content/home.md': home,
    'content/pricing.md': pricing,
    'content/team.md': `# Team

Ada roasts, Ben keeps the books, Chiara writes, and Deniz answers when something is wrong with an order.
`,
    'content/shipping.md': `# Shipping

We ship on Tuesdays and Thursdays. Orders before noon leave the same day.

Within Germany a parcel takes two days, to other countries of the EU four to six.
`,
    'content/legal/imprint.md': `# Imprint

Northwind Coffee GmbH
Speicherstadt 4, 20457 Hamburg
`,
    'styles/site.css': `:root {
  --coffee: #4b2e1e;
  --cream: #f7f1e8;
}

body {
  background: var(--cream);
  color: var(--coffee);
  font: 18px/1.6 system-ui, sans-serif;
}
`,
    'scripts/word-count.sh': `#!/bin/sh
# How long each page is.
wc -w content/*.md
`,
    'launch-checklist.md': `# Before the launch

- [x] Prices agreed with Ben
- [x] Imprint
- [ ] Questions and answers
- [ ] Photos of the roastery
- [ ] Redirects of the old shop
`,
  },
  instructions: `# For agents

- Pages are Markdown, one per file in \`content\`. Keep to plain English.
- Never change anything in \`content/legal\`.
- Prices are in EUR and include VAT.
`,
  edits: [
    { path: 'content/home.md', from: 'Free delivery from 30 EUR', to: 'Free delivery from 25 EUR' },
    { path: 'content/pricing.md', from: 'Shipping is 3 EUR.', to: 'Shipping is 3 EUR, and free from 25 EUR.' },
    { path: 'launch-checklist.md', from: '- [ ] Photos of the roastery', to: '- [x] Photos of the roastery' },
  ],
};

export const handbook: Record<string, string> = {
  'README.md': '# Support handbook\n\nHow we answer customers. One question per file in `answers`.\n',
  'answers/late-parcel.md': `# The parcel is late

1. Look up the tracking number.
2. Under six days: apologize, and name the day.
3. Over six days: send a new parcel without asking further.
`,
  'answers/stale-beans.md':
    '# The beans taste stale\n\nAsk for the date on the bag. Older than eight weeks: refund, and offer a fresh bag.\n',
  'answers/cancel-subscription.md': '# Cancel a subscription\n\nCancel at once, confirm by email, and do not ask why.\n',
  'tone.md': '# Tone\n\nFriendly and short. We say sorry once, then solve it.\n',
};

export const figures: Record<string, string> = {
  'README.md': '# Quarterly figures\n\nOnly for the people listed under Access.\n',
  'data/2026-q3.csv': 'month,orders,revenue_eur\n2026-07,1204,38560\n2026-08,1187,37410\n2026-09,1432,46120\n',
  'data/2026-q4.csv': 'month,orders,revenue_eur\n2026-10,1519,49870\n2026-11,1688,55230\n',
  'report.md': '# Third quarter\n\nOrders grew by 19 % from July to September, most of it from subscriptions.\n',
};
