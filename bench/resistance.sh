#!/bin/bash
# Interprets 100,000 genotypes for every drug of an algorithm: HIVDB 10.2 where
# VIROTRIAL_DATA has it in asi, else the demonstration.
# The measure is test/oracle/asi.py, a plain evaluator of the same file, in
# genotypes a second of processor time.

set -euo pipefail
cd "$(dirname "$0")/.."
file=demo/resistance_algorithm.xml
if [ -r "${VIROTRIAL_DATA:-}/asi/HIVDB_10.2.xml" ]; then
	file=$VIROTRIAL_DATA/asi/HIVDB_10.2.xml
fi
echo "algorithm: ${file##*/}"
python=${PYTHON:-python3}
"$python" -c 'import xml.etree.ElementTree' 2>/dev/null || { echo "skipped: no $python"; exit 0; }
patterns=$(mktemp)
trap 'rm -f "$patterns"' EXIT
"$python" test/oracle/asi.py patterns "$file" 5000 1 >"$patterns"

psql -X -q -v ON_ERROR_STOP=1 -v file="$file" <<SQL
\set document \`cat :'file'\`
drop schema if exists resistance_bench cascade;
create schema resistance_bench;
set search_path = resistance_bench, public;
select name, version from load_resistance_algorithm(:'document', 'resistance_bench');
create table algorithm as select compiled from resistance_algorithm_version;
create function genotype(list text) returns mutation[] language plpgsql as \$\$
begin
    return mutations(list);
exception when invalid_text_representation then
    return null;
end \$\$;
create table pattern (number serial, list text);
\copy pattern (list) from '$patterns' with (format csv, delimiter E'\x01')
create table genotyped as
select row_number() over () as id, g
from (select genotype(list) as g from pattern) as p, generate_series(1, 21) where g is not null limit 100000;
alter table genotyped set (parallel_workers = 2);
vacuum analyze genotyped, algorithm;
select count(*) as genotypes, round(avg(cardinality(g)), 1) as mutations_each from genotyped;
SQL

# Runs a query three times and prints the least of a number in its output.
least()
{
	local settings=$1 query=$2 pattern=$3
	for _ in 1 2 3; do
		psql -X -qAt -c 'set search_path = resistance_bench, public' -c 'set client_min_messages = log' \
			-c "$settings" -c 'set log_executor_stats = on' -c '\timing on' -c "$query" 2>&1
	done | sed -nE "$pattern" | sort -n | head -n 1
}

# Seconds of processor time, which other work on the machine does not change.
processor()
{
	least "$1" "$2" 's/^!\s*([0-9.]+) s user, .*/\1/p'
}

# Seconds of time, for parallel workers.
elapsed()
{
	least "$1" "$2" 's/^Time: ([0-9.]+) ms.*/\1/p' | awk '{ printf "%.3f", $1 / 1000 }'
}

one='set max_parallel_workers_per_gather = 0; set jit = off'
two='set jit = off; set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0'
rows='select count(*), sum(score), sum(level) from genotyped, algorithm, resistance(g, compiled) where id <= '
levels='select sum(l[1]) from (select resistance_levels(g, compiled) as l from genotyped, algorithm where id <= '
drug='select sum(resistance_level(g, compiled, drugs[1])) from genotyped, (select compiled, resistance_drugs(compiled) as drugs from algorithm offset 0) as a where id <= '
plain=$("$python" test/oracle/asi.py speed "$file" < <(head -n 300 "$patterns") | awk '{ print $1 }')
echo "plain Python: $plain genotypes/s"

report()
{
	awk -v name="$1" -v n="$2" -v s="$3" -v plain="$plain" 'BEGIN {
		printf "%-52s | %8.3f | %20.0f | %12.0f\n", name, s, n / s, n / s / plain }'
}
printf '%-52s | %8s | %20s | %12s\n' work seconds 'genotypes per second' 'times Python'
for count in 25000 50000 100000; do
	report "rows of every drug, $count, processor" $count "$(processor "$one" "$rows $count")"
done
report 'rows of every drug, 100000, one process' 100000 "$(elapsed "$one" "$rows 100000")"
report 'rows of every drug, 100000, two workers' 100000 "$(elapsed "$two" "$rows 100000")"
report 'array of levels of every drug, 100000, processor' 100000 "$(processor "$one" "$levels 100000) as x")"
report 'array of levels of every drug, 100000, one process' 100000 "$(elapsed "$one" "$levels 100000) as x")"
report 'array of levels of every drug, 100000, two workers' 100000 "$(elapsed "$two" "$levels 100000) as x")"
report 'level of one drug, 100000, processor' 100000 "$(processor "$one" "$drug 100000")"
psql -X -q -c 'set client_min_messages = error' -c 'drop schema resistance_bench cascade'
