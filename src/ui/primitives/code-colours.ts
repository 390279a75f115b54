/** The colours of code, the same in the editor and in what an agent writes: by what a parser says of a word. */
import { type Tag, tags } from '@lezer/highlight';

/** `colour` is the end of a class and of a token's name: `code-keyword`, `--code-keyword`. */
export const codeColours: readonly { tag: readonly Tag[]; colour: string }[] = [
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], colour: 'keyword' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], colour: 'string' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], colour: 'number' },
  { tag: [tags.comment, tags.quote], colour: 'comment' },
  { tag: [tags.typeName, tags.className, tags.tagName], colour: 'type' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], colour: 'function' },
  { tag: [tags.propertyName, tags.attributeName], colour: 'property' },
  { tag: [tags.link, tags.url], colour: 'function' },
];
