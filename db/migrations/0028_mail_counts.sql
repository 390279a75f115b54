-- E-mails of a day (UTC): those that went to an address, and those that one person caused.
create table mail_counts (
  day date not null,
  kind text not null check (kind in ('recipient', 'sender')),
  -- A digest of the address, or the person's id.
  who text not null,
  count integer not null,
  primary key (day, kind, who)
);
