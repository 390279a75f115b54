/** Imported before uPlot: it makes a format for navigator.language, and Chromium under LANG=C names one there is none for. */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
