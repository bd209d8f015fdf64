#!/bin/bash
# The tables of the primary endpoint for each number of subjects of SIZES: seconds
# (the better of two runs), and the cost per subject against the smallest number.
set -euo pipefail
cd "$(dirname "$0")"
read -ra sizes <<<"${SIZES:-10000 100000}"
tables=(endpoint_safety laboratory_shift laboratory_abnormality hys_law_candidate ecg_finding discontinuation time_to_discontinuation
	safety_finding analysis_lab analysis_ae)

drop_ral()
{
	psql -X -q -c "set client_min_messages = warning" -c "drop schema if exists ral cascade"
}

# Milliseconds of one reading of a view, with compilation off: it costs more than it brings.
reading()
{
	psql -X -q -v ON_ERROR_STOP=1 -c 'set jit = off' -c '\timing on' -c "select count(*) from (select * from ral.$1 offset 0) as row" |
		sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
}

declare -A first
printf '%9s | %-24s | %10s | %s\n' subjects table seconds 'cost per subject, to that of the first size'
for size in "${sizes[@]}"; do
	drop_ral
	psql -X -q -c "call create_study('ral')"
	psql -X -q -v subjects="$size" -f study/safety.sql
	for table in "${tables[@]}"; do
		best=$({ reading "$table"; reading "$table"; } | sort -n | head -n 1)
		: "${first[$table]:=$(awk -v t="$best" -v n="$size" 'BEGIN { print t / n }')}"
		awk -v n="$size" -v table="$table" -v t="$best" -v f="${first[$table]}" \
			'BEGIN { printf "%9d | %-24s | %10.2f | %.2f\n", n, table, t / 1000, t / n / f }'
	done
done
drop_ral
