# The Hodges-Lehmann estimate of a shift and its limits from all differences, sorted,
# and the rank-sum test by stats::wilcox.test: few values, ties, all alike, outliers,
# groups of one and of more than 50.  Limits that have less than the level are missing.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19471)

shift <- function(x, y, conf_level) {
  m <- length(x); n <- length(y)
  differences <- sort(outer(x, y, "-"))
  k <- max(qwilcox((1 - conf_level) / 2, m, n), 1)
  level <- 1 - 2 * pwilcox(k - 1, m, n)
  if (level < conf_level - 1e-14) return(c(median(differences), NA, NA, NA))
  c(median(differences), differences[k], differences[m * n + 1 - k], level)
}

rows <- lapply(1:600, function(id) {
  size <- function() if (id <= 300) pick(c(1:12)) else pick(c(5, 20, 49, 50, 51, 80))
  draw <- switch(sample(1:6, 1), function(n, d) round(rnorm(n, 60 + d, 90)),
                 function(n, d) round(rnorm(n, d, 2)), function(n, d) round(rnorm(n, 3 + d, 80) * 8) / 8,
                 function(n, d) rcauchy(n, d, 10), function(n, d) rexp(n) + d / 10, function(n, d) rep(4, n))
  x <- draw(size(), pick(c(0, 1, 30))); y <- draw(size(), 0)
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  estimate <- shift(x, y, conf_level)
  test <- suppressWarnings(wilcox.test(x, y))
  if (max(length(x), length(y)) < 50 && min(length(x), length(y)) > 4 && !any(duplicated(c(x, y)))) {
    exact <- wilcox.test(x, y, conf.int = TRUE, conf.level = conf_level)
    if (!is.na(estimate[4])) stopifnot(all.equal(unname(c(exact$estimate, exact$conf.int)), estimate[1:3]))
  }
  text <- function(v) paste(sprintf("%.17g", v), collapse = " ")
  data.frame(data_set = id, conf_level = conf_level, treated_values = paste(text(x), "."), control_values = text(y),
             treated = length(x), control = length(y),
             estimate = estimate[1], ci_lower = estimate[2], ci_upper = estimate[3], level = estimate[4],
             statistic = unname(test$statistic), p_value = if (is.nan(test$p.value)) NA else test$p.value)
})
# One value against many, in their midst and beyond; values that tie across the groups alone; groups without any overlap.
edges <- list(list(5, 1:49), list(100, 1:49), list(0.5, 1:7), list(7, 7), list(1, 2), list(rep(1, 40), rep(1, 3)), list(c(1, 1, 2), c(1, 2, 2)),
  list(1:60, 101:160), list(1:30, 101:108), list(rep(c(0, 1), 30), rep(c(0, 1), c(10, 50))), list(c(-1e300, 0, 1e300), c(-1, 0, 1)))
for (e in edges) {
  x <- e[[1]]; y <- e[[2]]
  estimate <- shift(x, y, .95)
  test <- suppressWarnings(wilcox.test(x, y))
  rows[[length(rows) + 1]] <- data.frame(data_set = length(rows) + 1, conf_level = .95, treated_values = paste(paste(sprintf("%.17g", x), collapse = " "), "."),
    control_values = paste(sprintf("%.17g", y), collapse = " "), treated = length(x), control = length(y),
    estimate = estimate[1], ci_lower = estimate[2], ci_upper = estimate[3], level = estimate[4],
    statistic = unname(test$statistic), p_value = if (is.nan(test$p.value)) NA else test$p.value)
}
write_oracle(do.call(rbind, rows), "rank_sum.csv")
