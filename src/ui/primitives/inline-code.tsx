const code = /`([^`\n]{1,300})`/;

/** A line written by a model, with file names and commands in backticks; no other Markdown is rendered. */
export const InlineCode = ({ text }: { text: string }) =>
  text.includes('`')
    ? text.split(code).map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
          <code key={index}>{part}</code>
        ) : (
          part
        ),
      )
    : text;
