# Confidence intervals of one proportion.
#   exact     Clopper and Pearson (1934), by stats::binom.test
#   wilson    Wilson (1927), the score interval; checked against
#             stats::prop.test(correct = FALSE)
#   jeffreys  Brown, Cai and DasGupta (2001): quantiles of
#             Beta(x + 1/2, n - x + 1/2), lower limit 0 for x = 0 and upper
#             limit 1 for x = n
#   mid-p     Lancaster (1961): half the probability of the observed count in
#             each tail; bisected on the logit scale to the last bit, and
#             checked against stats::uniroot
# No evaluable patient (n = 0): rate and limits are NULL.
source("test/oracle/lib/oracle.R")

counts <- rbind(
  do.call(rbind, lapply(0:60, function(n) data.frame(x = 0:n, n = n))),
  do.call(rbind, lapply(c(100, 1000, 1e6, 1e9), function(n) {
    x <- c(0, 1, 2, 5, 17, 50, round(n * c(.1, .3, .5, .77, .9)))
    data.frame(x = sort(unique(c(x, n - x))), n = n)
  })))
grid <- merge(counts, data.frame(conf_level = c(.8, .9, .95, .99, .999)))
grid <- grid[order(grid$n, grid$x, grid$conf_level), ]
some <- grid$n > 0
x <- grid$x[some]; n <- grid$n[some]; conf <- grid$conf_level[some]
alpha <- 1 - conf

# Two one-sided tests: the two-sided one lists all n + 1 outcomes for its p-value.
exact <- t(mapply(function(x, n, level)
  c(binom.test(x, n, alternative = "greater", conf.level = level)$conf.int[1],
    binom.test(x, n, alternative = "less", conf.level = level)$conf.int[2]),
  x, n, 1 - alpha / 2))

z <- qnorm(1 - alpha / 2)
p <- x / n
centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
half <- z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)) / (1 + z^2 / n)
wilson <- cbind(ifelse(x == 0, 0, centre - half), ifelse(x == n, 1, centre + half))

jeffreys <- cbind(ifelse(x == 0, 0, qbeta(alpha / 2, x + .5, n - x + .5)),
                  ifelse(x == n, 1, qbeta(alpha / 2, x + .5, n - x + .5, lower.tail = FALSE)))

# Half the observed count's probability and the tail beyond it.
mid_tail <- function(t, x, n, lower) {
  p <- plogis(t)
  pbinom(if (lower) x - 1 else x, n, p, lower.tail = lower) + dbinom(x, n, p) / 2
}
# The lower limit is where the upper tail reaches alpha / 2, and conversely.
mid_p <- function(x, n, alpha, upper) {
  low <- rep(-60, length(x)); high <- rep(60, length(x))
  for (i in 1:200) {
    t <- (low + high) / 2
    beyond <- (mid_tail(t, x, n, lower = upper) > alpha / 2) == upper
    low <- ifelse(beyond, t, low); high <- ifelse(beyond, high, t)
  }
  plogis((low + high) / 2)
}
mid <- cbind(ifelse(x == 0, 0, mid_p(x, n, alpha, FALSE)),
             ifelse(x == n, 1, mid_p(x, n, alpha, TRUE)))

check <- which(n %in% c(1, 7, 23, 60, 100, 1000) & x > 0 & x < n)
root <- sapply(check, function(i)
  sapply(c(FALSE, TRUE), function(upper)
    plogis(uniroot(function(t) max(log(mid_tail(t, x[i], n[i], lower = upper) / (alpha[i] / 2)), -700),
                   c(-20, 20), tol = 1e-15, maxiter = 10000)$root)))
cat(sprintf("mid-p, bisection against uniroot: %.2g over %d intervals\n",
            max(relative_difference(t(root), mid[check, ])), length(check)))
closed <- which(x == 0)
cat(sprintf("mid-p for no responder, against 1 - alpha^(1/n): %.2g\n",
            max(relative_difference(mid[closed, 2], -expm1(log(alpha[closed]) / n[closed])))))
score <- suppressWarnings(t(sapply(seq_along(x), function(i)
  prop.test(x[i], n[i], conf.level = conf[i], correct = FALSE)$conf.int)))
cat(sprintf("wilson, formula against prop.test: %.2g (absolute)\n", max(abs(score - wilson))))

limits <- cbind(exact, wilson, jeffreys, mid)
colnames(limits) <- paste(rep(c("exact", "wilson", "jeffreys", "mid_p"), each = 2),
                          c("lower", "upper"), sep = "_")
result <- cbind(grid, rate = NA_real_, matrix(NA_real_, nrow(grid), 8, dimnames = list(NULL, colnames(limits))))
result[some, "rate"] <- p
result[some, colnames(limits)] <- limits
names(result)[1:2] <- c("responders", "evaluable")
write_oracle(result, "response_rate.csv")
