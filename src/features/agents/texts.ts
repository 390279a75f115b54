/** What is wrong with an input about agents. */
export const texts = {
  noInstructions: 'Say what the agent is to do, and how.',
  notStorable: 'The instructions contain a character that cannot be stored.',
};
