-- Texts of laboratories through the reader: how many in a minute?
\set ON_ERROR_STOP on
\if :{?texts} \else \set texts 10000000 \endif
set max_parallel_workers_per_gather = 0;
create temporary table laboratory_word (word text, state text);
insert into laboratory_word values ('keine probe', 'not done'), ('nicht messbar', 'below');
create temporary table laboratory_text as
    select (array['<50 copies/mL', '48000', '1,234,567', 'Target not detected', '4.68 log10', 'Detected <20', '<^50', 'pending',
        '1.2E5 cp/mL', E'\u226450', 'keine probe', 'what nobody knows'])[1 + i % 12] as reported
    from generate_series(1, :texts) as i;
\timing on
select state, count(*)
from (
    select (read_viral_load(reported, lower_limit => 20,
        dictionary => (select array_agg(array[word, state]) from laboratory_word))).state
    from laboratory_text) as reading
group by state order by state;
