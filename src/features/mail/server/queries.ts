import { statement } from '#kernel/database/statement.ts';

/** Each count is null at its maximum. The sender comes first: a sender at the maximum uses up nothing of a recipient's. */
export const countMail = statement<
  { by_sender: number | null; to_recipient: number | null },
  { senderId: string | null; maxBySender: number; recipient: string; maxToRecipient: number }
>(
  'mail.count-mail',
  `with today as (
     select (now() at time zone 'utc')::date as day
   ), sender as (
     insert into mail_counts as c (day, kind, who, count) select day, 'sender', $senderId::text, 1 from today
     where $senderId::text is not null
     on conflict (day, kind, who) do update set count = c.count + 1 where c.count < $maxBySender returning count
   ), recipient as (
     insert into mail_counts as c (day, kind, who, count)
     select day, 'recipient', $recipient, 1 from today where $senderId::text is null or exists (select from sender)
     on conflict (day, kind, who) do update set count = c.count + 1 where c.count < $maxToRecipient returning count
   )
   select (select count from sender) as by_sender, (select count from recipient) as to_recipient`,
);

export const deleteOldMailCounts = statement<never>(
  'mail.delete-old-mail-counts',
  `delete from mail_counts where day < (now() at time zone 'utc')::date - 1`,
);
