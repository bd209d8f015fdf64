#!/bin/bash
# virotrial load of a file of ROWS laboratory results, 500 of them with faults of 30
# kinds, against COPY of the good rows into a table with the same keys: a dry run that names
# each fault, and a load of the good rows.  pgloader does what COPY does, if it is there.
set -euo pipefail
rows=${ROWS:-1000000}
faults=${FAULTS:-500}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=$(dirname "$0")/../test/t
chmod 755 "$work"

perl -I"$tests" -MPlantedFile -e '
	my ($work, $rows, $faults) = @ARGV;
	open my $truth, ">", "$work/truth" or die;
	print $truth "$_->[0] $_->[2]\n" for PlantedFile::write_file("$work/lab_result.csv", $rows, $faults);
	PlantedFile::write_file("$work/good.csv", $rows, $faults, 1);
	open my $study, ">", "$work/study.sql" or die;
	print $study PlantedFile::study();' "$work" "$rows" "$faults"

psql -X -q -v ON_ERROR_STOP=1 <<END
set client_min_messages = warning;
call create_study('ral');
\i $work/study.sql
create schema keys;
create table keys.subject as table ral.subject;
create table keys.visit as table ral.visit;
create table keys.lab_result (like ral.lab_result including constraints including defaults);
insert into keys.lab_result select * from ral.lab_result;
alter table keys.subject add primary key (site_id, subject_id);
alter table keys.visit add primary key (site_id, subject_id, visit);
alter table keys.lab_result add primary key (site_id, subject_id, collected, test, replicate),
	add foreign key (site_id, subject_id) references keys.subject,
	add foreign key (site_id, subject_id, visit) references keys.visit;
analyze;
END

now()
{
	date +%s.%N
}

columns=$(head -n 1 "$work/good.csv")
began=$(now)
psql -X -q -v ON_ERROR_STOP=1 -c "\copy keys.lab_result ($columns) from '$work/good.csv' with (format csv, header)"
plain=$(now)
virotrial load --dry-run --quiet --format=csv ral "$work/lab_result.csv" >"$work/faults.csv" || true
tried=$(now)
virotrial load --accept-good --quiet --format=csv ral "$work/lab_result.csv" >/dev/null || true
loaded=$(now)

found=$(python3 - "$work" <<'END' 2>/dev/null || echo '(no python3 to compare them)'
import csv, sys
truth = {tuple(line.split(' ', 1)) for line in open(sys.argv[1] + '/truth').read().splitlines()}
found = {(row['line'], row['rule']) for row in csv.DictReader(open(sys.argv[1] + '/faults.csv'))}
print(len(truth & found), 'of', len(truth), 'faults named by line and rule,',
	len({line for line, rule in found} - {line for line, rule in truth}), 'lines named wrongly')
END
)
awk -v rows="$rows" -v a="$began" -v b="$plain" -v c="$tried" -v d="$loaded" 'BEGIN {
	printf "%-30s | %8s | %16s\n", rows " rows", "seconds", "times plain COPY"
	printf "%-30s | %8.1f | %16.2f\n", "COPY into a table with keys", b - a, 1
	printf "%-30s | %8.1f | %16.2f\n", "dry run", c - b, (c - b) / (b - a)
	printf "%-30s | %8.1f | %16.2f\n", "load of the good rows", d - c, (d - c) / (b - a) }'
printf '%s\n' "$found"
if command -v pgloader >/dev/null; then
	psql -X -q -c 'truncate keys.lab_result'
	printf 'pgloader: '
	cat >"$work/load" <<-END
		load csv from '$work/good.csv' ($columns)
		into postgresql:///$PGDATABASE?tablename=keys.lab_result ($columns)
		with skip header = 1, fields terminated by ',', fields optionally enclosed by '"';
	END
	pgloader "$work/load" | tail -n 1
fi
psql -X -q -c 'set client_min_messages = warning' -c "drop schema keys cascade" -c "call drop_study('ral', with_subjects => true)"
