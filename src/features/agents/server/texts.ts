/** Problems of requests about agents. */
export const texts = {
  problems: {
    noTool: (name: string) => `There is no tool ${name || 'without a name'}. GET /api/agents lists those there are.`,
    archived: (name: string) => `${name} is archived. Restore it first, or take another agent.`,
    changedMeanwhile: (by: string) => `${by} changed this agent meanwhile. Compare with the current version, then save again.`,
    nameTaken: (name: string) => `There is an agent called ${name} already. Choose another name.`,
  },
};
