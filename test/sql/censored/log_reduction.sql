-- log_reduction: text, errors, comparisons, order, accessors, casts, and the fall of a viral load

create function pg_temp.input_error(input text, type regtype,
    out code text, out message text, out detail text, out hint text)
language plpgsql as $$
begin
    execute format('select %L::%s', input, type);
exception when others then
    get stacked diagnostics code = returned_sqlstate, message = message_text,
        detail = pg_exception_detail, hint = pg_exception_hint;
end
$$;

\pset format unaligned
\pset null NULL
\set SHOW_CONTEXT never

-- what is read, and what a value says of itself

select lr, quantity(lr), qualifier(lr), is_censored(lr) as censored, lower_bound(lr), upper_bound(lr)
from unnest(array['1.85', '-0.3', '0', '-0', '+2', '>2.3', '<0.4', '< -1', '>-1.5', '<0', '>0', '1e-30',
                  '100', '-100', '2.9999999999999996']::log_reduction[]) lr;

-- what is refused, and how

select to_json(left(input, 30)) as input, code, left(message, 90) as message, detail, hint
from unnest(array['', ' ', 'TND', 'TND<1', 'not detected', '100.00000000000001', '-101', '1e-31', '-1e-31',
                  '1e400', 'NaN', 'inf', '-inf', '<inf', '<', '>', '>-', '1,5', '1 5', '1.5 log', '1.5log10',
                  '<=1', '=1', '<<1', '--1', '- 1', '0x1', '1e', '~1', 'x', '1.5.', '1-2', '<1>', '−1', '+-1'])
         with ordinality input(input, i),
     pg_temp.input_error(input, 'log_reduction') error
order by i;

-- every state against every other: t, f, or ? where it cannot be known

create temp table state (i int generated always as identity, lr log_reduction);
insert into state (lr) values ('<-1'), ('-1'), ('>-1'), ('<0'), ('0'), ('>0'), ('<1'), ('1'), ('>1'), ('1.85'), ('>2.3');
create function pg_temp.letter(boolean) returns text
    return case $1 when true then 't' when false then 'f' else '?' end;

\pset format aligned
select a.lr, string_agg(pg_temp.letter(a.lr < b.lr), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.lr <= b.lr), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.lr > b.lr), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.lr >= b.lr), ' ' order by b.i) as ">="
from state a, state b group by a.lr, a.i order by a.i;

-- against numbers

create temp table number (i int generated always as identity, x float8);
insert into number (x) values ('-Infinity'), (-1), (-0.5), (0), (1e-300), (1), (1.85), (2.3), (1e300), ('Infinity'), ('NaN');
select a.lr, string_agg(pg_temp.letter(a.lr < x), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.lr <= x), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.lr > x), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.lr >= x), ' ' order by b.i) as ">="
from state a, number b group by a.lr, a.i order by a.i;

-- an exact log reduction compares with others as its number does
select count(*) as wrong
from state a, state b
where not is_censored(b.lr) and
      ((a.lr < b.lr, a.lr <= b.lr, a.lr > b.lr, a.lr >= b.lr) is distinct from
       (a.lr < quantity(b.lr), a.lr <= quantity(b.lr), a.lr > quantity(b.lr), a.lr >= quantity(b.lr)));
-- commutators and negators
select count(*) as wrong
from state a, state b
where (a.lr < b.lr, a.lr <= b.lr) is distinct from (b.lr > a.lr, b.lr >= a.lr) or
      (a.lr < b.lr, a.lr <= b.lr) is distinct from (not a.lr >= b.lr, not a.lr > b.lr);
select count(*) as wrong
from state a, number b
where (lr < x, lr <= x, lr > x, lr >= x) is distinct from (x > lr, x >= lr, x < lr, x <= lr) or
      (lr < x, lr <= x) is distinct from (not lr >= x, not lr > x);

-- total order and identity

select string_agg(lr::text, ' ' order by lr) as ascending, min(lr), max(lr) from state;
select count(*) as wrong
from state a, state b
where (a.lr #< b.lr, a.lr #<= b.lr, a.lr = b.lr, a.lr #>= b.lr, a.lr #> b.lr, a.lr <> b.lr) is distinct from
      (a.i < b.i, a.i <= b.i, a.i = b.i, a.i >= b.i, a.i > b.i, a.i <> b.i);
select '-0'::log_reduction = '0' as zero, _virotrial.log_reduction_hash('-0') = _virotrial.log_reduction_hash('0') as hash;

-- the fall from one viral load to another

select a.vl as baseline, string_agg(coalesce(log_reduction(a.vl, b.vl)::text, '?'), '  ' order by b.i) as fall
from unnest(array['100000', '500', '<400', '<50', 'TND<50', '>500000', 'TND']::viral_load[]) with ordinality a(vl, i),
     unnest(array['1000', '<50', 'TND<20', '>5000000', '50', 'TND', '500']::viral_load[]) with ordinality b(vl, i)
group by a.vl, a.i order by a.i;
select log_reduction('500', '<50') > 1 as more_than_one, log_reduction('500', '<50') >= 1 as at_least_one,
       log_reduction('500', '<50') > 1.1 as unknown, log_reduction('500', '50') = '1' as exact,
       log_reduction(null, '50') as no_baseline;
-- a fall and its inverse have opposite signs
select count(*) as wrong
from (select viral_load(exp(random() * 20)) as b, viral_load(exp(random() * 20)) as c from generate_series(1, 5000)) pair
where abs(quantity(log_reduction(b, c)) + quantity(log_reduction(c, b))) > 1e-14 or
      abs(quantity(log_reduction(b, c)) - (log10_copies(b) - log10_copies(c))) > 1e-14;

-- casts

create temp table assigned (lr log_reduction);
insert into assigned values (1), (-0.5), (1.5e0), (0), (2::bigint), ('<0.4'), ('>1'::text);
select lr from assigned order by lr;
insert into assigned values (101);
insert into assigned values ('NaN'::float8);
select lr + 1 from assigned;
select castsource::regtype, casttarget::regtype, castcontext, castmethod
from pg_cast where 'log_reduction'::regtype in (castsource, casttarget) order by 1, 2;
select count(*) as wrong
from (select log_reduction(random() * 20 - 10) as lr from generate_series(1, 5000)) random_value
where lr <> lr::text::log_reduction or lr <> log_reduction(quantity(lr));
