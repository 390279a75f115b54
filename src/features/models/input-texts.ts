/** What is wrong with an input about models. */
export const texts = {
  dollars: 'a number of US dollars',
  negative: 'Prices are not negative.',
  tooExpensive: 'This is more than any model costs.',
  tooManyPrices: 'These are too many prices.',
};
