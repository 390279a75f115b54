/** Globs for paths of a project. */

/**
 * `*` and `?` stay within a segment, `**` goes through any number of them, `{a,b}` is one or the other, `[a-z]` a character.
 * Without a slash it names files in any folder.
 * @returns a regular expression for the whole path, for an engine whose time does not explode
 */
export function globToPattern(glob: string): string {
  const whole = glob.includes('/') ? glob.replace(/^\//, '') : `**/${glob}`;
  let pattern = '';
  let depth = 0;
  for (const [part] of whole.matchAll(/\*\*\/|\*+|\[[!^]?\]?[^\]/]*\]|[\s\S]/gu)) {
    if (part === '**/') pattern += '(?:[^/]+/)*';
    else if (part === '**') pattern += '.*';
    else if (part.startsWith('*')) pattern += '[^/]*';
    else if (part === '?') pattern += '[^/]';
    else if (part.length > 1 && part.startsWith('[')) pattern += translateClass(part);
    else if (part === '{') {
      depth++;
      pattern += '(?:';
    } else if (part === '}' && depth > 0) {
      depth--;
      pattern += ')';
    } else if (part === ',' && depth > 0) pattern += '|';
    else pattern += escapePattern(part);
  }
  return `^(?:${pattern}${')'.repeat(depth)})$`;
}

function translateClass(part: string): string {
  const negated = /^\[[!^]/.test(part);
  const members = part.slice(negated ? 2 : 1, -1).replace(/[\\[\]^&]/g, '\\$&');
  return `[${negated ? '^/' : ''}${members}]`;
}

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
