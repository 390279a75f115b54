import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './src/app/client/build/precompress.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.GUILDHALL_SERVER ?? 'http://127.0.0.1:5000';
// The server compares Origin with Host, so the browser's Host has to arrive there unchanged.
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  root: here('src/app/client'),
  plugins: [react({ jsxImportSource: '#ui' }), precompress()],
  html: { cspNonce: '__CSP_NONCE__' },
  server: { host: '127.0.0.1', proxy: { '/api': proxied, '/metrics': proxied } },
  build: {
    outDir: here('dist/client'),
    emptyOutDir: true,
    // Read by client-preloads.ts.
    manifest: true,
    // light-dark() stays as it is written: one list of colours for both themes.
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    target: 'es2023',
    // A font as data: address would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
