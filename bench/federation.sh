#!/bin/bash
# What a federation costs: the rates of week 24 over two sites, from the states that they
# share, against the same states read at the slower site alone.  The sites are databases of
# one server, read by postgres_fdw.  By turns, the best of five.  The bar is 1.2.
# SUBJECTS chooses another size of each site.
set -euo pipefail
cd "$(dirname "$0")"
subjects=${SUBJECTS:-20000}
sites=(federation_s1 federation_s2)
query="select rate from %s.endpoint_virology where visit = 'week 24'"

timed()
{
	printf '%s;\n\\timing on\n%s;\n' "$2" "$2" | psql -X -q -v ON_ERROR_STOP=1 -d "$1" | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n 1
}

run_sql()
{
	psql -X -q -v ON_ERROR_STOP=1 -d "$@"
}

for database in federation "${sites[@]}"; do
	dropdb --if-exists "$database" 2>/dev/null
	createdb "$database"
	run_sql "$database" -c 'create extension virotrial'
done
run_sql federation -c 'create extension postgres_fdw'
for site in "${sites[@]}"; do
	run_sql "$site" -c "call create_study('ral')" -v subjects="$subjects" -f study/endpoints.sql
	run_sql "$site" -c 'vacuum analyze' -c "call share_study('ral', current_user)"
	run_sql federation -c "create server $site foreign data wrapper postgres_fdw options (host '$PGHOST', port '${PGPORT:-5432}', dbname '$site', extensions 'virotrial')" \
		-c "create user mapping for current_user server $site"
done
run_sql federation -c "call federate_study('ral', '{$(IFS=,; echo "${sites[*]}")}')"

best=()
for place in "${sites[@]}" federation; do
	times=()
	for _ in 1 2 3 4 5; do
		# shellcheck disable=SC2059
		times+=("$(timed "$place" "$(printf "$query" "$([ "$place" = federation ] && echo ral_federated || echo ral)")")")
	done
	best+=("$(printf '%s\n' "${times[@]}" | sort -n | head -n 1)")
done
awk -v a="${best[0]}" -v b="${best[1]}" -v both="${best[2]}" 'BEGIN {
	slower = a > b ? a : b
	printf "%-34s | %10s | %10s | %6s\n%-34s | %10.1f | %10.1f | %6.2f\n", "week 24", "both ms", "slower ms", "ratio", "endpoint_virology", both, slower, both / slower }'
for database in federation "${sites[@]}"; do
	dropdb "$database"
done
