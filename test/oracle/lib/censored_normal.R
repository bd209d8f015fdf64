# Likelihood of a normal sample with censored values, in R alone.
# A sample is three vectors: exact values, limits of the values known to lie
# below ("below") and of those known to lie above ("above").

# Is there an interior maximum?  Two different exact values suffice.  With all
# exact values equal to v, some censored value must exclude v, or the standard
# deviation falls to 0.  Without exact values the limits must cross (else it
# falls to 0), and the mean upper limit must exceed the mean lower one, which is
# the derivative of the log likelihood in 1/sd at 1/sd = 0 (else it grows for ever).
has_maximum <- function(exact, below, above) {
  distinct <- unique(exact)
  if (length(distinct) >= 2) return(TRUE)
  if (length(distinct) == 1) return(any(below < distinct) || any(above > distinct))
  length(below) > 0 && length(above) > 0 &&
    max(above) > min(below) && mean(below) > mean(above)
}

# First two derivatives of log pnorm(z).
pnorm_slope <- function(z) exp(dnorm(z, log = TRUE) - pnorm(z, log.p = TRUE))
pnorm_curvature <- function(z) { m <- pnorm_slope(z); -m * (z + m) }

# Log likelihood, gradient and Hessian in (mean / sd, 1 / sd), where it is
# concave (Olsen 1978, Econometrica 46:1211; Burridge 1981, JRSS B 43:41).
concave_likelihood <- function(eta, theta, exact, below, above) {
  e <- theta * exact - eta; b <- theta * below - eta; a <- eta - theta * above
  sb <- pnorm_slope(b); sa <- pnorm_slope(a)
  cb <- pnorm_curvature(b); ca <- pnorm_curvature(a)
  cross <- sum(exact) - sum(cb * below) - sum(ca * above)
  list(value = length(exact) * log(theta) + sum(dnorm(e, log = TRUE)) +
         sum(pnorm(b, log.p = TRUE)) + sum(pnorm(a, log.p = TRUE)),
       gradient = c(sum(e) - sum(sb) + sum(sa),
                    length(exact) / theta - sum(e * exact) + sum(sb * below) - sum(sa * above)),
       hessian = matrix(c(-length(exact) + sum(cb) + sum(ca), cross, cross,
                          -length(exact) / theta^2 - sum(exact^2) +
                            sum(cb * below^2) + sum(ca * above^2)), 2))
}

# Observed information in (mean, log sd), survreg's parameters.
observed_information <- function(mean, sd, exact, below, above) {
  second <- function(z, slope, curvature)
    c(sum(curvature) / sd^2, sum(slope + z * curvature) / sd, sum(z * slope + z^2 * curvature))
  e <- (exact - mean) / sd; b <- (below - mean) / sd; a <- (above - mean) / sd
  h <- second(e, -e, rep(-1, length(e))) +
    second(b, pnorm_slope(b), pnorm_curvature(b)) +
    second(a, -pnorm_slope(-a), pnorm_curvature(-a))
  -matrix(h[c(1, 2, 2, 3)], 2)
}

# optim's BFGS with the exact gradient, then Newton's method until the step no
# longer shrinks.  NULL where it does not converge.
fit_censored_normal <- function(exact, below, above) {
  at <- function(par) concave_likelihood(par[1], exp(par[2]), exact, below, above)
  substituted <- c(exact, below, above)
  spread <- max(sd(substituted), 1e-2)
  start <- optim(c(mean(substituted) / spread, -log(spread)),
                 function(par) -at(par)$value,
                 function(par) -at(par)$gradient * c(1, exp(par[2])),
                 method = "BFGS", control = list(maxit = 1000, reltol = 1e-12))
  par <- c(start$par[1], exp(start$par[2]))
  last <- Inf; done <- FALSE
  for (i in 1:200) {
    l <- concave_likelihood(par[1], par[2], exact, below, above)
    step <- tryCatch(-solve(l$hessian, l$gradient), error = function(e) NULL)
    if (is.null(step) || any(!is.finite(step))) return(NULL)
    size <- max(abs(step) / (abs(par) + 1e-3))
    if (size < 1e-9 && size >= last / 2) { done <- TRUE; break }
    # Far from the maximum a step may leave the half plane or overshoot.
    while (size > 1e-6 && (par[2] + step[2] <= 0 ||
           concave_likelihood(par[1] + step[1], par[2] + step[2], exact, below, above)$value < l$value)) {
      step <- step / 2; size <- size / 2
    }
    par <- par + step; last <- size
    if (last == 0) { done <- TRUE; break }
  }
  if (!done) return(NULL)
  mean <- par[1] / par[2]; sd <- 1 / par[2]
  variance <- solve(observed_information(mean, sd, exact, below, above))
  c(mean = mean, sd = sd, se = sqrt(variance[1, 1]))
}

# The same figures by survival::survreg, or NULL.
survreg_fit <- function(exact, below, above) {
  left <- c(exact, rep(NA, length(below)), above)
  right <- c(exact, below, rep(NA, length(above)))
  fit <- tryCatch(suppressWarnings(survival::survreg(
    survival::Surv(left, right, type = "interval2") ~ 1, dist = "gaussian",
    control = survival::survreg.control(maxiter = 1000, rel.tolerance = 1e-15))),
    error = function(e) NULL)
  if (is.null(fit) || is.na(fit$var[1, 1]) || fit$var[1, 1] < 0) return(NULL)
  c(mean = unname(coef(fit)), sd = fit$scale, se = sqrt(fit$var[1, 1]))
}

# Summary by substitution at the limit, t interval by stats::t.test.
substitution_summary <- function(exact, below, above, conf_level) {
  y <- c(exact, below, above)
  interval <- t.test(y, conf.level = conf_level)$conf.int
  c(mean = mean(y), sd = sd(y), ci_lower = interval[1], ci_upper = interval[2])
}

# survreg's figures where they agree with the optimiser's to 1e-9 (of the larger
# of the figure and the standard deviation), otherwise the optimiser's.
likelihood_summary <- function(exact, below, above, conf_level) {
  own <- fit_censored_normal(exact, below, above)
  if (is.null(own)) return(NULL)
  other <- survreg_fit(exact, below, above)
  difference <- if (is.null(other)) NA else
    max(abs(other - own) / pmax(abs(own), c(own[["sd"]], 0, 0)))
  agreed <- !is.na(difference) && difference < 1e-9
  best <- if (agreed) other else own
  half <- qnorm((1 + conf_level) / 2) * best[["se"]]
  list(figures = c(mean_mle = best[["mean"]], sd_mle = best[["sd"]],
                   mle_ci_lower = best[["mean"]] - half, mle_ci_upper = best[["mean"]] + half),
       source = if (agreed) "survreg" else "newton", difference = difference)
}
