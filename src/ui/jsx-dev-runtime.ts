/** As `jsx-runtime.ts`, for `npm run dev`. */
import * as react from 'react/jsx-dev-runtime';
import { markProps } from './jsx-runtime.ts';

export { Fragment } from 'react/jsx-dev-runtime';

export const jsxDEV: typeof react.jsxDEV = (type, props, ...rest) => react.jsxDEV(type, markProps(props), ...rest);
