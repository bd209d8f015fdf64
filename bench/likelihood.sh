#!/bin/bash
# The mean of censored viral loads by maximum likelihood, against R's survreg on
# the same values (rows of bench/aggregates.sql: 10 million).  R's time is that of
# survreg alone; ours that of the query, median of 5.
set -euo pipefail
command -v Rscript >/dev/null || { echo 'skipped: no R'; exit 0; }
Rscript -e 'library(survival)' >/dev/null 2>&1 || { echo 'skipped: no survival in R'; exit 0; }
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
psql -X -q -c "copy (select log(quantity(reported)), strpos('< >', qualifier(reported)) from bench.result) to stdout" >"$directory/values"

cat >"$directory/likelihood.R" <<'R'
suppressPackageStartupMessages(library(survival))
x <- scan(commandArgs(TRUE)[1], what = list(0, 0), quiet = TRUE)
lower <- ifelse(x[[2]] == 1, NA, x[[1]])
upper <- ifelse(x[[2]] == 3, NA, x[[1]])
seconds <- system.time(fit <- survreg(Surv(lower, upper, type = "interval2") ~ 1, dist = "gaussian"))[["elapsed"]]
cat(sprintf("%.0f %.12g %.12g\n", 1000 * seconds, coef(fit), fit$scale))
R
read -r r_time r_mean r_sd < <(Rscript --vanilla "$directory/likelihood.R" "$directory/values")

query='select (s).mean_mle, (s).sd_mle from (select viral_load_summary(reported) s from bench.result) summary'
read -r mean sd < <(psql -X -qAt -F' ' -c "$query")
# The time that psql measures, without its own start.
mapfile -t times < <(printf '%s\n' 'set max_parallel_workers_per_gather = 0;' '\timing on' "$query;" "$query;" "$query;" "$query;" "$query;" |
	psql -X -qAt | sed -n 's/^Time: \([0-9]*\).*/\1/p')
ours=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)
printf '%-18s | %8s | %8s | %12s | %s\n' work 'ours, ms' 'R, ms' 'times faster' bar
printf '%-18s | %8d | %8d | %12s | %s\n' viral_load_summary "$ours" "$r_time" \
	"$(awk -v a="$r_time" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')" 'at least 50'
printf 'mean %s and %s, sd %s and %s\n' "$mean" "$r_mean" "$sd" "$r_sd"
