/** Syntax colors, shared by the editor and agent output, by a parser's tags. */
import { type Tag, tags } from '@lezer/highlight';

/** `colour` is the suffix of a class and of a token: `code-keyword`, `--code-keyword`. */
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
