/** What is wrong with an input about notifications. */
export const texts = {
  url: 'Write an address that begins with https:// or http://.',
  credentials: 'Leave the name and password out of the address; messages are signed instead.',
};
