/** Every kind of provider. To add one, write a file next to this one and add a line here. */
export { anthropic } from './anthropic.ts';
export { compatible } from './compatible.ts';
export { openai } from './openai.ts';
