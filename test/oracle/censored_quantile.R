# Quantiles of censored values without a model: self-consistency over all points
# and gaps that may carry probability, iterated to the end.  One-sided data are
# held against survival::survfit, of the values or of the flipped values.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
source("test/oracle/lib/self_consistency.R")
set.seed(20105)
one_sided <- function(value, kind, p) {
  if (any(kind > 0)) return(quantile(survfit(Surv(value, kind == 0) ~ 1), p, conf.int = FALSE))
  top <- max(value) + 1
  top - quantile(survfit(Surv(top - value, kind == 0) ~ 1), 1 - p, conf.int = FALSE)
}

rows <- list()
for (id in 1:240) {
  type <- if (id %% 2) "viral_load" else "log_reduction"
  n <- max(3, min(set_size(), 60))
  sides <- sample(c("left", "right", "both"), 1, prob = c(.4, .3, .3))
  if (type == "viral_load") {
    value <- round(10 ^ rnorm(n, 2.8, 1))
    low <- pick(c(50, 50, 400), n)
    high <- pick(c(1000, 5000), n)
  } else {
    value <- round(rnorm(n, 1.5, .9), pick(c(1, 2)))
    low <- round(runif(n, 0, 1.2), 2)
    high <- round(runif(n, .9, 3), 2)
  }
  kind <- rep(0, n)
  if (sides != "right") kind[value < low] <- -1
  if (sides != "left") kind[kind == 0 & value > high] <- 1
  value <- ifelse(kind < 0, low, ifelse(kind > 0, high, value))
  if (type == "viral_load") value <- pmax(value, 1)
  p <- pick(c(.1, .25, .5, .75, .9))
  fit <- self_consistent(value, kind)
  # Where the curve touches p, thirty thousand steps are not the end.
  if (all(c(-1, 1) %in% kind) && min(abs(cumsum(fit$p) - p)) < 1e-6) next
  found <- quantile_of(fit, p)
  if (!all(c(-1, 1) %in% kind) && any(kind == 0) && found$state == "=")
    stopifnot(abs(one_sided(value, kind, p) - found$quantity) < 1e-5)
  text <- paste0(c("<", "", ">")[kind + 2], format(value, scientific = FALSE, trim = TRUE, digits = 15, drop0trailing = TRUE))
  rows[[length(rows) + 1]] <- cbind(
    data.frame(data_set = id, type = type, p = p, results = paste(text, collapse = " ")), found)
}
write_oracle(do.call(rbind, rows), "censored_quantile.csv")
