/** Imported before uPlot, which creates a format for navigator.language; Chromium under LANG=C reports a language without one. */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
