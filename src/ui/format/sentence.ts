import type { ReactNode } from 'react';
import { Fragment, jsxs } from '#ui/jsx-runtime.ts';

/**
 * Tags a text with elements in it, such as a link or a time: ``sentence`Changed by ${name} ${time}.` ``. The whole sentence stands in one
 * place, so another language can put its parts in another order.
 */
export const sentence = (texts: TemplateStringsArray, ...parts: readonly ReactNode[]): ReactNode =>
  jsxs(Fragment, { children: texts.flatMap((text, index) => [text, parts[index]]) });
