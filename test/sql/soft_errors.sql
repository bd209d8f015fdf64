-- errors that PostgreSQL 16 and later can return as answers
select current_setting('server_version_num')::int < 160000 as too_old \gset
\if :too_old
\quit
\endif
\pset format unaligned
select input, type, pg_input_is_valid(input, type) as valid, info.*
from (values ('<50', 'viral_load'), ('1,234', 'viral_load'), ('0', 'viral_load'), ('NaN', 'log_reduction'),
             ('101', 'log_reduction'), ('-2.5', 'log_reduction'), ('1:', 'response_tally'), ('1:n=1', 'mean_tally'),
             ('x', 'viral_load_tally'), ('', 'log_reduction_tally'), ('1:probability=2,n=0', 'viral_load_sample'),
             ('1:probability=0,n=0', 'log_reduction_sample')) inputs(input, type),
     pg_input_error_info(input, type) info;
