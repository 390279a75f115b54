const code = /`([^`\n]{1,300})`/;

/** A line that a model wrote, in which names of files and commands stand in backticks; nothing else of it is Markdown. */
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
