/** What the inbox says. */
export const texts = {
  needsRole: (role: string) => `Only people with the role ${role} or higher can answer this. Ask one of them.`,
};
