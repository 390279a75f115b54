// Runs before all other scripts.

// The chosen theme applies before the first paint, without a flash of the other.
try {
  const theme = localStorage.getItem('guildhall:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: use the system's theme.
}

// zod reads this on load; otherwise it tries new Function, which the content security policy blocks and reports.
globalThis.__zod_globalConfig = { jitless: true };

// The screens that need no session have no sidebar.
if (/^\/(signin|signup|forgot-password|reset-password|verify-email)$/.test(location.pathname))
  document.documentElement.dataset.skeleton = 'none';
