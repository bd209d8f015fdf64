# Random viral loads as a laboratory writes them.
pick <- function(values, n = 1) values[sample.int(length(values), n, replace = TRUE)]

set_size <- function() {
  from <- sample(1:4, 1, prob = c(.62, .3, .06, .02))
  sample(c(2, 13, 41, 121)[from]:c(12, 40, 120, 400)[from], 1)
}

# Exact results are rounded as laboratories do; `lower` and `upper` are limits or NA.
laboratory_text <- function(copies, lower, upper) {
  style <- sample(1:4, 1)
  rounded <- if (style == 4) signif(copies, 3) else round(copies, style - 1)
  rounded <- ifelse(rounded > 0, rounded, signif(copies, 3))
  plain <- function(x) vapply(x, format, "", scientific = FALSE, trim = TRUE, digits = 15)
  text <- plain(rounded)
  under <- !is.na(lower) & rounded < lower
  over <- !is.na(upper) & rounded > upper
  text[under] <- paste0(pick(c("<", "<", "<", "<", "TND<"), sum(under)), plain(lower[under]))
  text[over] <- paste0(">", plain(upper[over]))
  text
}

lower_limits <- function(n, several)
  pick(if (several) c(50, 400, 20, 100) else pick(c(50, 400, 20, 100)), n)
upper_limits <- function(n, several)
  pick(if (several) c(5e5, 75e4, 1e5) else pick(c(5e5, 75e4, 1e5)), n)
