# Analysis of covariance by stats::lm: slopes, least-squares means at the overall means of the
# covariates, their differences, and what lm leaves out.  Columns are shifted by a number near
# their mean before they go to lm: a shift changes no slope, but lm measures a column from 0,
# and so would lose what is small beside its offset.  Shapes: regular; offset: numbers about
# 1e9; scales: columns from 1e-20 to 1e20; collinear, near (a covariate that another one nearly
# determines), constant, confounded (a covariate that is constant in each group), shifted (two
# that differ by a constant in each group), one group, ones: groups of one, few: no degree of
# freedom may be left, none: no covariate, exact: a perfect fit.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19320301)

shapes <- c("regular", "offset", "scales", "collinear", "near", "constant", "confounded", "shifted",
            "one group", "ones", "few", "none", "exact")

draw <- function(shape) {
  n <- switch(shape, few = sample(1:6, 1), pick(c(8, 15, 40, 120)))
  groups <- switch(shape, "one group" = "all", few = c("a", "b", "c"), pick(list(c("new", "old"), c("a", "b", "c", "d"), c("x y", "\u00e9")))[[1]])
  group <- pick(groups, n)
  if (shape == "ones") group[1:2] <- c("single", "alone")
  p <- switch(shape, none = 0, collinear = 4, shifted = 3, near = 3, sample(1:4, 1))
  x <- cbind(round(rnorm(n, 40, 12), 1), rbinom(n, 1, .5), round(rexp(n), 2), round(rnorm(n, 4, .8), 2))[, seq_len(p), drop = FALSE]
  number <- match(group, sort(unique(group), method = "radix"))
  if (shape == "collinear") x[, 3] <- 2 * x[, 1] - x[, 2] + 5
  if (shape == "near") x[, 3] <- x[, 1] + 10^-sample(2:5, 1) * x[, 3]
  if (shape == "constant") x[, sample(p, 1)] <- .1
  if (shape == "confounded") x[, p] <- number^2 / 3
  if (shape == "shifted") x[, 3] <- x[, 1] + number * 7
  slope <- round(rnorm(4), 1)[seq_len(p)]
  value <- round(10 * number + drop(x %*% slope) + rnorm(n, sd = pick(c(1, 5, 30))), 2)
  if (shape == "exact") { x <- round(x); value <- 3 * number + drop(x %*% seq_len(p)) }
  if (shape == "offset") { value <- value + 1e9; x <- x + 1e9 * rbinom(p, 1, .7)[col(x)] }
  if (shape == "scales") { value <- value * 10^sample(-20:20, 1); x <- x * 10^sample(-20:20, p, TRUE)[col(x)] }
  list(group = group, x = x, value = value)
}

# The rows that lm sees, each column less a number near its mean.
shifted <- function(d) {
  origin <- function(v) if (max(abs(v)) > 1e6 * (max(v) - min(v))) round(mean(v)) else if (length(unique(v)) == 1) v[1] else mean(v)
  centre <- if (ncol(d$x) > 0) apply(d$x, 2, origin) else numeric(0)
  value_origin <- if (max(abs(d$value)) > 1e6) origin(d$value) else 0
  list(group = factor(d$group, sort(unique(d$group), method = "radix")), x = sweep(d$x, 2, centre), value = d$value - value_origin, value_origin = value_origin)
}

# What a linear combination of the coefficients is, NA if it is not that of any rows.
combination <- function(fit, model, weights, conf_level, check = TRUE) {
  none <- c(estimate = NA, error = NA, lower = NA, upper = NA, p = NA)
  scale <- pmax(apply(abs(model), 2, max), 1e-300)
  scaled <- rbind(sweep(model, 2, scale, "/"), weights / scale)
  if (check && qr(scaled, tol = 1e-7)$rank > qr(scaled[-nrow(scaled), , drop = FALSE], tol = 1e-7)$rank) return(none)
  kept <- !is.na(coef(fit))
  estimate <- sum(weights[kept] * coef(fit)[kept])
  if (df.residual(fit) == 0) return(c(estimate = estimate, error = NA, lower = NA, upper = NA, p = NA))
  r <- qr.R(fit$qr)[seq_len(fit$rank), seq_len(fit$rank), drop = FALSE]
  z <- backsolve(r, (weights[fit$qr$pivot])[seq_len(fit$rank)], transpose = TRUE)
  error <- sqrt(sum(fit$residuals^2) / df.residual(fit) * sum(z^2))
  half <- qt((1 + conf_level) / 2, df.residual(fit)) * error
  c(estimate = estimate, error = error, lower = estimate - half, upper = estimate + half,
    p = 2 * pt(-abs(estimate / error), df.residual(fit)))
}

# The shorter text that reads back as the same double.
double_text <- function(v) ifelse(as.double(sprintf("%.15g", v)) == v, sprintf("%.15g", v), sprintf("%.17g", v))
list_text <- function(v) paste(ifelse(is.na(v), "NULL", sprintf("%.17g", v)), collapse = ";")

one <- function(id) {
  shape <- shapes[(id - 1) %% length(shapes) + 1]
  repeat {
    d <- draw(shape)
    s <- shifted(d)
    p <- ncol(s$x)
    groups <- levels(s$group)
    # columns that nearly determine each other would cost lm digits: it takes their difference
    if (shape == "near") s$x[, 3] <- (d$x[, 3] - d$x[, 1]) - mean(d$x[, 3] - d$x[, 1])
    model <- cbind(outer(as.character(s$group), groups, "==") + 0, s$x)
    fit <- lm(s$value ~ model + 0)
    # of drawn values, only a perfect fit that is meant to be one
    if (shape == "exact" || df.residual(fit) == 0 || sum(fit$residuals^2) > 1e-12 * sum(s$value^2)) break
  }
  if (shape == "exact") fit$residuals[] <- 0
  conf_level <- pick(c(.9, .95, .99))
  at <- colMeans(s$x)
  rows <- lapply(seq_along(groups), function(g) c(seq_along(groups) == g, at))
  means <- do.call(rbind, lapply(rows, function(w) combination(fit, model, w, conf_level)))
  last <- length(groups)
  difference <- combination(fit, model, rows[[1]] - rows[[last]], conf_level)
  slopes <- if (p > 0) coef(fit)[-seq_len(last)] else numeric(0)
  df <- df.residual(fit)
  sd <- if (df > 0) sqrt(sum(fit$residuals^2) / df) else NA
  errors <- rep(NA_real_, p)
  for (k in which(!is.na(slopes))) {
    weights <- replace(numeric(last + p), last + k, 1)
    if (shape == "near" && k == 1) weights[last + 3] <- -1
    slope <- combination(fit, model, weights, conf_level, check = FALSE)
    slopes[k] <- slope["estimate"]
    errors[k] <- slope["error"]
  }
  no_limits <- df == 0 || sd == 0
  if (no_limits) { means[, c("lower", "upper")] <- NA; difference[c("lower", "upper", "p")] <- NA }
  if (last == 1) difference[] <- c(0, if (df > 0) 0 else NA, NA, NA, NA)
  data.frame(
    data_set = id, shape = shape, conf_level = conf_level, value_list = paste(double_text(d$value), collapse = " "),
    groups = paste(d$group, collapse = "|"),
    covariates = paste(apply(d$x, 1, function(v) paste0("{", paste(double_text(v), collapse = ";"), "}")), collapse = " "),
    n = length(d$value), coefficients = paste0("{", list_text(slopes), "}"), std_errors = paste0("{", list_text(errors), "}"),
    degrees_of_freedom = if (df > 0) as.double(df) else NA_real_, sd = sd,
    names = paste(groups, collapse = "|"), ns = list_text(as.vector(table(s$group))),
    means = list_text(tapply(s$value, s$group, mean) + s$value_origin),
    ls_means = list_text(means[, "estimate"] + s$value_origin), ls_errors = list_text(means[, "error"]),
    ls_lowers = list_text(means[, "lower"] + s$value_origin), ls_uppers = list_text(means[, "upper"] + s$value_origin),
    difference = unname(difference["estimate"]), std_error = unname(difference["error"]),
    ci_lower = unname(difference["lower"]), ci_upper = unname(difference["upper"]), p_value = unname(difference["p"]),
    margin = margin <- round(-abs(rnorm(1)) * 5, 1),
    noninferiority = if (no_limits || last == 1 || is.na(difference["error"])) NA_real_ else
      pt(unname((difference["estimate"] - margin) / difference["error"]), df, lower.tail = FALSE))
}
write_oracle(do.call(rbind, lapply(1:650, one)), "ancova.csv")
