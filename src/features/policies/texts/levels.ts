/** How each level is described where one is chosen. */
export const texts = {
  off: { label: 'Off', description: 'Reads and proposes; every change needs your click.' },
  supervised: { label: 'Supervised', description: 'Reads freely; asks before it changes anything.' },
  autonomous: { label: 'Autonomous', description: 'Changes files within its budget; asks before it acts outside.' },
} as const;
