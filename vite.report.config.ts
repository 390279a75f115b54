/** Builds the page of a load report: dist/report/report.html, into which src/app/report-page.ts puts the report. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { inline } from './src/app/client/build/inline.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('src/app/client'),
  base: './',
  publicDir: false,
  plugins: [react({ jsxImportSource: '#ui' }), inline()],
  build: {
    outDir: here('dist/report'),
    emptyOutDir: true,
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    target: 'es2023',
    assetsInlineLimit: Number.POSITIVE_INFINITY,
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: here('src/app/client/report.html'), output: { codeSplitting: false } },
  },
});
