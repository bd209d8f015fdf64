# Quantiles of censored values without a model: self-consistency over all points
# and gaps that may carry probability, iterated to the end.  One-sided data are
# held against survival::survfit, of the values or of the flipped values.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20105)
tolerance <- sqrt(.Machine$double.eps)

# Points, and open gaps between a limit from above and the next limit from
# below, as intervals (lower, upper) with lower = upper for points.
candidate_sites <- function(value, kind) {
  points <- sort(unique(value[kind == 0]))
  lower <- c(-Inf, sort(unique(value[kind > 0])))
  upper <- c(sort(unique(value[kind < 0])), Inf)
  gaps <- expand.grid(lower = lower, upper = upper)
  empty <- mapply(function(a, b) {
    b > a && !any(points > a & points < b) &&
      !any(lower > a & lower < b) && !any(upper > a & upper < b)
  }, gaps$lower, gaps$upper)
  sites <- rbind(data.frame(lower = points, upper = points, gap = rep(FALSE, length(points))),
                 if (any(empty)) data.frame(gaps[empty, ], gap = TRUE))
  sites[order(sites$lower, sites$upper), ]
}

self_consistent <- function(value, kind) {
  sites <- candidate_sites(value, kind)
  below <- outer(value, seq_along(sites$upper), function(v, j)
    ifelse(sites$gap[j], sites$upper[j] <= v, sites$upper[j] < v))
  above <- outer(value, seq_along(sites$lower), function(v, j)
    ifelse(sites$gap[j], sites$lower[j] >= v, sites$lower[j] > v))
  at <- outer(value, seq_along(sites$lower), function(v, j) !sites$gap[j] & sites$lower[j] == v)
  covers <- (kind < 0) * below + (kind > 0) * above + (kind == 0) * at
  p <- rep(1 / nrow(sites), nrow(sites))
  for (i in 1:30000) {
    share <- covers * rep(p, each = length(value))
    new <- colMeans(share / rowSums(share))
    done <- max(abs(new - p)) < 1e-15
    p <- new
    if (done) break
  }
  cbind(sites, p = p)
}

quantile_of <- function(fit, p) {
  reached <- cumsum(fit$p)
  at <- min(which(reached >= p - tolerance | seq_along(reached) == length(reached)))
  site <- fit[at, ]
  if (!site$gap) {
    later <- fit[seq_len(nrow(fit)) > at & fit$p > tolerance, ]
    value <- site$lower
    if (abs(reached[at] - p) < tolerance && nrow(later) && !later$gap[1])
      value <- (value + later$lower[1]) / 2
    return(data.frame(state = "=", quantity = value))
  }
  if (is.infinite(site$lower)) return(data.frame(state = "<", quantity = site$upper))
  if (is.infinite(site$upper)) return(data.frame(state = ">", quantity = site$lower))
  data.frame(state = "", quantity = NA)
}

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
