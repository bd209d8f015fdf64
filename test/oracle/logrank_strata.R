# The log-rank test in strata by survival::survdiff: few and many subjects, groups that
# are in some strata alone, strata of one subject, ties, strata without an event.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19720312)

test_row <- function(id, time, event, group, stratum) {
  test <- tryCatch(survdiff(Surv(time, event) ~ group + strata(stratum)), error = function(e) NULL)
  expected <- if (is.null(test)) NULL else if (is.matrix(test$exp)) rowSums(test$exp) else test$exp
  degrees <- sum(expected > 0) - 1
  usable <- length(unique(group)) > 1 && !is.null(test) && degrees > 0 && is.finite(test$chisq)
  data.frame(data_set = id, times = paste(sprintf("%.17g", time), collapse = " "),
             events = paste(event, collapse = " "), groups = paste(group, collapse = " "),
             strata = paste(stratum, collapse = " "),
             chi_square = if (usable) test$chisq else NA, degrees_of_freedom = if (usable) degrees else NA,
             p_value = if (usable) pchisq(test$chisq, degrees, lower.tail = FALSE) else NA)
}
rows <- lapply(1:600, function(id) {
  n <- pick(c(2, 5, 12, 30, 80, 200))
  stratum <- sample(pick(c(1, 2, 3, 8)), n, TRUE)
  group <- sample(letters[1:pick(c(2, 2, 3, 6))], n, TRUE)
  if (id %% 4 == 0) group <- ifelse(stratum == 1, "a", group)
  time <- switch(sample(1:3, 1), sample(1:12, n, TRUE), round(rexp(n) * 300 + 1), rexp(n) * stratum)
  event <- as.integer(runif(n) < pick(c(.2, .7, 1)))
  if (id %% 5 == 0) event[stratum == 1] <- 0L
  test_row(id, time, event, group, stratum)
})
# Everybody at one time; a stratum without events, of one group, or of one subject; all of a group before the other.
edges <- list(
  list(rep(5, 8), rep(1L, 8), rep(c("a", "b"), 4), rep(1:2, each = 4)),
  list(1:8, rep(0L, 8), rep(c("a", "b"), 4), rep(1:2, each = 4)),
  list(1:8, rep(c(1L, 0L), each = 4), rep(c("a", "b"), 4), rep(1:2, each = 4)),
  list(1:8, rep(1L, 8), rep(c("a", "b"), each = 4), rep(1:2, each = 4)),
  list(c(1:4, 1:4), rep(1L, 8), c("a", "b", "a", "b", "b", "b", "b", "b"), rep(1:2, each = 4)),
  list(c(1:6, 3), rep(1L, 7), c("a", "a", "a", "b", "b", "b", "c"), c(1, 1, 1, 1, 1, 1, 2)),
  list(1:40, rep(1L, 40), rep(c("a", "b"), each = 20), rep(1:2, 20)))
rows <- c(rows, lapply(seq_along(edges), function(i) do.call(test_row, c(600 + i, edges[[i]]))))
write_oracle(do.call(rbind, rows), "logrank_strata.csv")
