# The distribution of values observed and censored on either side, without a
# model: self-consistency over all points and gaps that may carry probability.
# kind is -1 for below, 0 for exact, 1 for above.
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
