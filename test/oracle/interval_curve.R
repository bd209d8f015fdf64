# The distribution of interval-censored times: self-consistency over the
# innermost intervals, iterated to the end; held against survival::survfit, which
# stops its iteration at 5e-5.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20106)

# Where a lower bound is followed by an upper one; at one value exact times come
# first, then upper bounds, then lower ones.
innermost <- function(lower, upper) {
  value <- c(lower, upper)
  place <- c(ifelse(lower == upper, 0, 2), rep(1, length(upper)))
  o <- order(value, place)
  value <- value[o]
  place <- place[o]
  n <- length(value)
  at <- which(place[-n] != 1 & place[-1] == 1)
  data.frame(lower = value[at], upper = value[at + 1])
}

self_consistent <- function(lower, upper) {
  sites <- innermost(lower, upper)
  covers <- outer(seq_along(lower), seq_len(nrow(sites)), function(i, j)
    sites$upper[j] <= upper[i] & ifelse(lower[i] == upper[i], sites$lower[j] == lower[i],
                                        sites$lower[j] >= lower[i] & sites$upper[j] > lower[i]))
  p <- rep(1 / nrow(sites), nrow(sites))
  for (i in 1:60000) {
    share <- covers * rep(p, each = length(lower))
    new <- colMeans(share / rowSums(share))
    done <- max(abs(new - p)) < 1e-15
    p <- new
    if (done) break
  }
  gradient <- colMeans(covers / as.vector(covers %*% p))
  # Probabilities on their way to 0 can take more steps than that.
  cbind(sites, p = p, settled = max(gradient) - 1 < 1e-9 && !any(p > 1e-9 & p < 1e-3))
}

rows <- list()
for (id in 1:160) {
  n <- max(3, min(set_size(), 80))
  visits <- pick(list(c(0, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48) * 7, seq(0, 336, 28), sort(round(runif(25, 0, 300)))))[[1]]
  time <- rweibull(n, pick(c(.8, 1.5)), 120)
  seen <- lapply(time, function(t) sort(visits[runif(length(visits)) < .8]))
  lower <- mapply(function(t, v) max(c(-Inf, v[v < t])), time, seen)
  upper <- mapply(function(t, v) min(c(Inf, v[v >= t])), time, seen)
  exact <- runif(n) < pick(c(0, 0, .3))
  lower[exact] <- upper[exact] <- ceiling(time[exact])
  known <- is.finite(lower) | is.finite(upper)
  lower <- lower[known]
  upper <- upper[known]
  if (length(lower) < 2) next
  fit <- self_consistent(lower, upper)
  if (!fit$settled[1]) next
  # survfit puts an interval's probability at its middle, and takes what is never
  # reached as survivors.
  if (all(is.finite(fit$lower)) && any(lower < upper & is.finite(upper))) {
    usual <- summary(survfit(Surv(ifelse(is.finite(lower), lower, NA), ifelse(is.finite(upper), upper, NA), type = "interval2") ~ 1),
                     times = fit$upper[is.finite(fit$upper)], extend = TRUE)$surv
    stopifnot(max(abs(usual - (1 - cumsum(fit$p))[is.finite(fit$upper)])) < 5e-3)
  }
  bound <- function(x) ifelse(is.finite(x), format(x, trim = TRUE, digits = 15), ".")
  rows[[length(rows) + 1]] <- data.frame(
    data_set = id, intervals = paste(bound(lower), bound(upper), sep = ":", collapse = " "),
    candidates = paste(bound(fit$lower), bound(fit$upper), sprintf("%.17g", fit$p), sep = ":", collapse = " "))
}
write_oracle(do.call(rbind, rows), "interval_curve.csv")
