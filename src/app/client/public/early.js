// Runs before everything else.

// A chosen theme never flashes the other one.
try {
  const theme = localStorage.getItem('guildhall:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden: the system's theme it is.
}

// zod reads this when it is loaded: otherwise it tries new Function, which the content security policy forbids and reports.
globalThis.__zod_globalConfig = { jitless: true };

// Screens of people who are not signed in have no sidebar to wait for.
if (/^\/sign(in|up)$/.test(location.pathname)) document.documentElement.dataset.skeleton = 'none';
