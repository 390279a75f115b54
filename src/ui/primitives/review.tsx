import type { ReactNode, Ref } from 'react';
import './review.css';

interface ReviewProps {
  /** Id of the title. */
  id: string;
  title: string;
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** An item that waits for a person: an approval, or a changed AGENTS.md. */
export const Review = ({ id, title, heading, children }: ReviewProps) => (
  <article className="review" aria-labelledby={id}>
    <h2 id={id} ref={heading} tabIndex={-1} data-quiet-focus="">
      {title}
    </h2>
    {children}
  </article>
);

/** Who requests it, where and when: one `Fact` per line. */
export const ReviewFacts = ({ children }: { children: ReactNode }) => <dl className="review-facts">{children}</dl>;
