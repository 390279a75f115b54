/** What buttons, dialogs and toasts say wherever they are used. */
export const texts = {
  typeToConfirm: (text: string) => `Type ${text} to confirm`,
  cancel: 'Cancel',
  tryAgain: 'Try again',
  notifications: 'Notifications',
  dismiss: 'Dismiss',
} as const;
