# Two groups of responders, in strata or not.
#   miettinen-nurminen  the score limits of the rate difference and ratio (1985),
#                       strata by Mantel-Haenszel weights; the restricted rates
#                       are roots of the likelihood's cubic (difference) and
#                       quadratic (ratio), the limits by stats::uniroot
#   sato, greenland-robins  variances of the Mantel-Haenszel difference and ratio
#   newcombe            method 10 (1998), from prop.test's Wilson limits
#   agresti-caffo       2000
#   exact, mid-p        odds ratio given both margins, by uniroot; exact is
#                       checked against stats::fisher.test, which stops early
#   Fisher, CMH         stats::fisher.test, stats::mantelhaen.test
# A published example (Newcombe 1998, 56 of 70 against 48 of 80) is checked.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19850213)

root <- function(f, low, high) {
  # f falls; an end where it does not pass 0.
  if (f(low) <= 0) return(low)
  if (f(high) >= 0) return(high)
  uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
}

# The restricted rate of the controls: bisection of the cubic in it.
restricted_difference <- function(t, d) {
  n <- t$n1 + t$n0; x <- t$x1 + t$x0
  cubic <- function(p) ((n * p + (t$n1 + 2 * t$n0) * d - n - x) * p +
                          (t$n0 * d - n - 2 * t$x0) * d + x) * p + t$x0 * d * (1 - d)
  low <- pmax(0, -d); high <- pmin(1, 1 - d)
  for (i in 1:120) {
    middle <- (low + high) / 2
    up <- cubic(middle) > 0
    low <- ifelse(up, middle, low); high <- ifelse(up, high, middle)
  }
  # At an end the cubic has a double root, which no bisection finds to the digit.
  ifelse(x == n, pmin(1, 1 - d), ifelse(x == 0, pmax(0, -d), (low + high) / 2))
}
restricted_ratio <- function(t, r) {
  a <- (t$n1 + t$n0) * r
  b <- -(t$n1 * r + t$x1 + t$n0 + t$x0 * r)
  # The smaller root of the quadratic, without cancellation.
  2 * (t$x1 + t$x0) / (-b + sqrt(pmax(0, b^2 - 4 * a * (t$x1 + t$x0))))
}

score <- function(t, value, ratio) {
  w <- t$n1 * t$n0 / (t$n1 + t$n0)
  p0 <- if (ratio) restricted_ratio(t, value) else restricted_difference(t, value)
  p1 <- if (ratio) p0 * value else p0 + value
  k <- if (ratio) value^2 else 1
  v <- (p1 * (1 - p1) / t$n1 + k * p0 * (1 - p0) / t$n0) * (t$n1 + t$n0) / (t$n1 + t$n0 - 1)
  distance <- sum(w * (t$x1 / t$n1 - if (ratio) value * t$x0 / t$n0 else t$x0 / t$n0 + value))
  if (abs(distance) < 1e-15) 0 else distance / sqrt(sum(w^2 * pmax(v, 0)))
}
score_limits <- function(t, conf, ratio) {
  z <- qnorm(1 - (1 - conf) / 2)
  at <- if (ratio) exp else identity
  end <- if (ratio) 30 else 1 - 1e-15
  limits <- sapply(c(z, -z), function(z) at(root(function(v) score(t, at(v), ratio) - z, -end, end)))
  if (!ratio && sum(t$x1) == sum(t$n1) && sum(t$x0) == 0) limits[2] <- 1
  if (!ratio && sum(t$x1) == 0 && sum(t$x0) == sum(t$n0)) limits[1] <- -1
  if (ratio && sum(t$x1) == 0) limits[1] <- 0
  if (ratio && sum(t$x0) == 0) limits[2] <- NA
  limits
}

difference <- function(t) {
  w <- t$n1 * t$n0 / (t$n1 + t$n0)
  sum(w * (t$x1 / t$n1 - t$x0 / t$n0)) / sum(w)
}
around <- function(d, se, conf) {
  z <- qnorm(1 - (1 - conf) / 2)
  c(max(-1, d - z * se), min(1, d + z * se))
}
sato <- function(t, conf) {
  n <- t$n1 + t$n0; d <- difference(t)
  p <- sum((t$n1^2 * t$x0 - t$n0^2 * t$x1 + t$n1 * t$n0 * (t$n0 - t$n1) / 2) / n^2)
  q <- sum((t$x1 * (t$n0 - t$x0) + t$x0 * (t$n1 - t$x1)) / n) / 2
  around(d, sqrt(max(0, d * p + q)) / sum(t$n1 * t$n0 / n), conf)
}
greenland_robins <- function(t, conf) {
  n <- t$n1 + t$n0
  v <- sum((t$x1 * (t$n1 - t$x1) * t$n0^3 + t$x0 * (t$n0 - t$x0) * t$n1^3) / (t$n1 * t$n0 * n^2))
  around(difference(t), sqrt(v) / sum(t$n1 * t$n0 / n), conf)
}
newcombe <- function(t, conf) {
  wilson <- function(x, n) suppressWarnings(prop.test(x, n, conf.level = conf, correct = FALSE)$conf.int)
  p1 <- t$x1 / t$n1; p0 <- t$x0 / t$n0; w1 <- wilson(t$x1, t$n1); w0 <- wilson(t$x0, t$n0)
  p1 - p0 + c(-1, 1) * sqrt(c((p1 - w1[1])^2 + (w0[2] - p0)^2, (w1[2] - p1)^2 + (p0 - w0[1])^2))
}
agresti_caffo <- function(t, conf) {
  p1 <- (t$x1 + 1) / (t$n1 + 2); p0 <- (t$x0 + 1) / (t$n0 + 2)
  around(p1 - p0, sqrt(p1 * (1 - p1) / (t$n1 + 2) + p0 * (1 - p0) / (t$n0 + 2)), conf)
}

log_ratio <- function(t, conf) {
  n <- t$n1 + t$n0
  r <- sum(t$x1 * t$n0 / n); s <- sum(t$x0 * t$n1 / n)
  v <- sum((t$n1 * t$n0 * (t$x1 + t$x0) - t$x1 * t$x0 * n) / n^2) / (r * s)
  if (r == 0 || s == 0) c(NA, NA) else r / s * exp(c(-1, 1) * qnorm(1 - (1 - conf) / 2) * sqrt(v))
}
rate_ratio <- function(t) {
  n <- t$n1 + t$n0
  ratio <- sum(t$x1 * t$n0 / n) / sum(t$x0 * t$n1 / n)
  if (is.finite(ratio)) ratio else NA
}

# The odds ratio given both margins.
conditional <- function(t, conf, share) {
  k <- t$x1 + t$x0
  support <- max(0, k - t$n0):min(t$n1, k)
  if (length(support) == 1) return(c(NA, 0, NA))
  base <- dhyper(support, t$n1, t$n0, k, log = TRUE)
  law <- function(log_odds) { d <- base + log_odds * support; d <- exp(d - max(d)); d / sum(d) }
  solve <- function(f) exp(root(f, -60, 60))
  alpha <- (1 - conf) / 2
  least <- t$x1 == min(support); most <- t$x1 == max(support)
  c(if (least) 0 else if (most) NA else solve(function(o) t$x1 - sum(support * law(o))),
    if (least) 0 else solve(function(o) { d <- law(o)
      alpha - sum(d[support > t$x1]) - share * d[support == t$x1] }),
    if (most) NA else solve(function(o) { d <- law(o)
      sum(d[support < t$x1]) + share * d[support == t$x1] - alpha }))
}

mantel_haenszel <- function(t, conf, correct) {
  # The test refuses a single stratum: a second one, of no responders, adds nothing.
  kept <- rbind(t[c("n1", "n0", "x1", "x0")], if (nrow(t) == 1) data.frame(n1 = 1, n0 = 1, x1 = 0, x0 = 0))
  array <- aperm(array(c(kept$x1, kept$n1 - kept$x1, kept$x0, kept$n0 - kept$x0), c(nrow(kept), 2, 2)), c(2, 3, 1))
  tryCatch(mantelhaen.test(array, correct = correct, conf.level = conf), error = function(e) NULL)
}

draw <- function() {
  strata <- pick(c(1, 1, 2, 3, 6))
  size <- pick(c(1, 3, 8, 30, 200))
  n <- function() rpois(strata, size)
  t <- data.frame(n1 = n(), n0 = if (runif(1) < .5) n() else 2 * n())
  if (strata == 1) t[t == 0] <- 1
  p <- pick(list(c(.5, .5), c(0, .5), c(.5, 0), c(1, .2), c(0, 0), c(1, 1), c(.9, .8), c(.05, .02), c(1, 0), c(.7, .5)))[[1]]
  t$x1 <- rbinom(strata, t$n1, p[1]); t$x0 <- rbinom(strata, t$n0, p[2])
  t[t$n1 + t$n0 > 0, ]
}

# None and all of one, of few and of very many; strata of which a group is empty, or that all say the same.
edges <- list(c(0, 1, 1, 1), c(1, 1, 0, 1), c(0, 1, 0, 1), c(1, 1, 1, 1), c(0, 9, 4, 4), c(3, 3, 0, 1),
  c(0, 20000, 0, 1), c(0, 1, 20000, 20000), c(1, 20000, 0, 20000), c(1999, 2000, 2000, 2000), c(1, 1, 1, 20000),
  c(0, 5, 0, 5, 5, 5, 5, 5), c(10, 10, 0, 10, 8, 8, 0, 3, 1, 1, 0, 1), c(0, 0, 5, 9, 3, 4, 2, 6), c(0, 7, 0, 0, 0, 3, 3, 3),
  c(1, 2, 1, 2, 0, 1000, 1, 1000), c(0, 6, 0, 4, 2, 6, 0, 4), c(0, 1, 1, 1, 1, 1, 0, 1), c(5, 5, 0, 0, 0, 0, 4, 4, 1, 2, 1, 3))
edge <- function(i) {
  t <- as.data.frame(matrix(edges[[i]], ncol = 4, byrow = TRUE))
  setNames(t, c("x1", "n1", "x0", "n0"))[c("n1", "n0", "x1", "x0")]
}

figures <- function(id) {
  all <- if (id <= 800) draw() else edge(id - 800)
  while (!any(all$n1 > 0 & all$n0 > 0)) all <- draw()
  t <- all[all$n1 > 0 & all$n0 > 0, ]
  conf <- pick(c(.8, .9, .95, .95, .99)); margin <- pick(c(-.12, -.1, 0, .05))
  one <- nrow(all) == 1
  none <- c(NA_real_, NA_real_)
  cmh <- mantel_haenszel(t, conf, TRUE); plain <- mantel_haenszel(t, conf, FALSE)
  odds <- sum(t$x1 * (t$n0 - t$x0) / (t$n1 + t$n0)) / sum(t$x0 * (t$n1 - t$x1) / (t$n1 + t$n0))
  known <- is.finite(odds) && odds > 0
  test <- score(t, margin, FALSE)
  fisher <- if (one) fisher.test(matrix(c(t$x1, t$n1 - t$x1, t$x0, t$n0 - t$x0), 2), conf.level = conf)
  row <- c(difference = difference(t), setNames(score_limits(t, conf, FALSE), c("mn_lower", "mn_upper")),
    setNames(sato(t, conf), c("sato_lower", "sato_upper")),
    setNames(greenland_robins(t, conf), c("gr_lower", "gr_upper")),
    setNames(if (one) newcombe(t, conf) else none, c("newcombe_lower", "newcombe_upper")),
    setNames(if (one) agresti_caffo(t, conf) else none, c("caffo_lower", "caffo_upper")),
    ratio = rate_ratio(t),
    setNames(if (sum(t$x1) + sum(t$x0) == 0) none else score_limits(t, conf, TRUE), c("score_lower", "score_upper")),
    setNames(log_ratio(t, conf), c("log_lower", "log_upper")),
    odds_ratio = if (is.finite(odds)) odds else NA,
    setNames(if (known && !is.null(cmh)) as.numeric(cmh$conf.int) else none, c("odds_lower", "odds_upper")),
    setNames(if (one) conditional(t, conf, 1) else c(NA, none), c("exact", "exact_lower", "exact_upper")),
    setNames(if (one) conditional(t, conf, .5) else c(NA, none), c("mid_p", "mid_p_lower", "mid_p_upper")),
    fisher = if (one) fisher$p.value else NA,
    cmh = if (is.null(cmh)) NA else unname(cmh$statistic), cmh_p = if (is.null(cmh)) NA else cmh$p.value,
    plain = if (is.null(plain)) NA else unname(plain$statistic), plain_p = if (is.null(plain)) NA else plain$p.value,
    score = test, score_p = pnorm(test, lower.tail = FALSE))
  row[is.nan(row)] <- NA
  if (one && is.finite(fisher$estimate) && fisher$estimate > 0)
    early <<- max(early, abs(log(row["exact"] / fisher$estimate)), abs(log(row["exact_lower"] / fisher$conf.int[1])),
                  abs(log(row["exact_upper"] / fisher$conf.int[2])), na.rm = TRUE)
  cbind(data.frame(data_set = id, conf_level = conf, margin = margin,
    strata = paste(sprintf("%d:%d:%d:%d", as.integer(all$x1), as.integer(all$n1), as.integer(all$x0), as.integer(all$n0)),
                   collapse = " ")), as.data.frame(as.list(row)))
}

published <- data.frame(x1 = 56, n1 = 70, x0 = 48, n0 = 80)
stopifnot(all(abs(score_limits(published, .95, FALSE) - c(0.0528, 0.3382)) < 5e-5),
          all(abs(newcombe(published, .95) - c(0.0524, 0.3339)) < 5e-5))
early <- 0
rows <- do.call(rbind, lapply(seq_len(800 + length(edges)), figures))
cat(sprintf("exact odds ratio against fisher.test, which stops early: %.2g\n", early))
write_oracle(rows, "response_comparison.csv")
