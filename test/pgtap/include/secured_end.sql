-- Takes back what include/secured.sql made of the whole cluster.
select format('drop owned by %s', string_agg(quote_ident(name), ', ')) from login \gexec
select format('drop role %s', string_agg(quote_ident(name), ', ')) from login \gexec
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('trial') \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('trial') \gexec
drop owned by trial_owner cascade;
drop role trial_owner;
