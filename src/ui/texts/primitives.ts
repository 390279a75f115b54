/** What buttons, dialogs and fields say wherever they are used. */
export const texts = {
  copied: 'Copied',
  copyFailed: 'The browser does not let this page copy. Select the text, and copy it yourself.',
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
  cancel: 'Cancel',
  tryAgain: 'Try again',
  notifications: 'Notifications',
  dismiss: 'Dismiss',
} as const;
