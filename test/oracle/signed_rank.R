# The Hodges-Lehmann estimate and its limits from all Walsh averages, sorted, and
# the signed-rank test by stats::wilcox.test: few values, ties, zeroes, outliers.
# Limits that have less than the level, where wilcox.test only warns, are missing.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20103)

hodges_lehmann <- function(x, conf_level) {
  sums <- outer(x, x, "+") / 2
  walsh <- sort(sums[lower.tri(sums, diag = TRUE)])
  k <- max(qsignrank((1 - conf_level) / 2, length(x)), 1)
  level <- 1 - 2 * psignrank(k - 1, length(x))
  if (level < conf_level - 1e-14) return(c(median(walsh), NA, NA, NA))
  c(median(walsh), walsh[k], walsh[length(walsh) + 1 - k], level)
}

rows <- lapply(1:960, function(id) {
  n <- if (id <= 300) set_size() else (id %% 12) + 1
  x <- switch(sample(1:5, 1), round(rnorm(n, 60, 90)), round(rnorm(n, 15, 40) / 5) * 5,
              round(rnorm(n, 3, 80) * 8) / 8, rcauchy(n, 2, 10), rexp(n) - .8)
  x[runif(n) < .1] <- NA
  known <- x[!is.na(x)]
  if (length(known) == 0) known <- x <- 1
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  estimate <- hodges_lehmann(known, conf_level)
  test <- suppressWarnings(wilcox.test(known))
  if (length(known) < 50 && length(known) > 7 && !any(duplicated(abs(known))) && all(known != 0)) {
    exact <- wilcox.test(known, conf.int = TRUE, conf.level = conf_level)
    if (!is.na(estimate[4])) stopifnot(all.equal(unname(c(exact$estimate, exact$conf.int)), estimate[1:3]))
  }
  any_left <- any(known != 0)
  data.frame(data_set = id, conf_level = conf_level,
             results = paste(ifelse(is.na(x), ".", sprintf("%.17g", x)), collapse = " "),
             n = length(known), missing = sum(is.na(x)),
             estimate = estimate[1], ci_lower = estimate[2], ci_upper = estimate[3], level = estimate[4],
             wilcoxon_n = sum(known != 0), statistic = if (any_left) unname(test$statistic) else NA,
             p_value = if (any_left) test$p.value else NA)
})
write_oracle(do.call(rbind, rows), "signed_rank.csv")
