# The set of sample quantiles that censored values allow, by brute force.
# Each value is an interval.  An end is a number and a side: -1 "just below",
# 0 the number itself, +1 "just above"; it is sorted by number, then side.  The
# quantile (type 7 of Hyndman and Fan 1996, R's default) of all lower ends and
# that of all upper ends bound the set, since order statistics are monotone in
# each value and the values vary apart; an end belongs to the set if each order
# statistic that it is made of with a positive weight is closed.
# A viral load below a limit is [0, limit), a log reduction (-inf, limit).
# `TND` without a limit lies below every positive number: its upper end is "just
# above 0".  The set is written as an exact value (a point), `<q` (all from the
# least possible value up to q, without q), `>q` (all above q), `TND` (both ends
# bare TND), or NULL, which is written empty.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20093)

read_ends <- function(text, least) {
  number <- suppressWarnings(as.numeric(sub("^[<>]|^TND<?", "", text)))
  tnd <- text == "TND"; below <- grepl("<", text); above <- grepl("^>", text)
  list(lower = data.frame(number = ifelse(tnd | below, least, number),
                          side = ifelse(above, 1, 0), tnd = tnd),
       upper = data.frame(number = ifelse(tnd, 0, ifelse(above, Inf, number)),
                          side = ifelse(below, -1, ifelse(tnd, 1, 0)), tnd = tnd))
}

# One end of the set: type 7 over the ordered ends.
end_quantile <- function(ends, p) {
  ends <- ends[order(ends$number, ends$side, -ends$tnd), ]
  h <- (nrow(ends) - 1) * p
  j <- floor(h); g <- h - j
  if (g > 0 && (g < 1e-9 || g > 1 - 1e-9)) return(NULL)   # where rounding would decide
  used <- ends[j + 1:(if (g > 0) 2 else 1), ]
  list(number = if (g == 0 || used$number[1] == used$number[2]) used$number[1] else
         (1 - g) * used$number[1] + g * used$number[2],
       open = any(used$side != 0), tnd = all(used$tnd), mixed = any(used$tnd) && !all(used$tnd))
}

# c(state, number), or NULL where the contract does not decide.
quantile_set <- function(text, p, least) {
  ends <- read_ends(text, least)
  lower <- end_quantile(ends$lower, p); upper <- end_quantile(ends$upper, p)
  if (is.null(lower) || is.null(upper) || upper$mixed) return(NULL)
  # Is a quantile of `TND<50` alone `TND<50` or `<50`?  The set is the same.
  if (upper$number %in% as.numeric(sub("TND<", "", grep("TND<", text, value = TRUE)))) return(NULL)
  if (upper$tnd) return(if (lower$number == 0) c("TND", NA) else NULL)
  if (lower$number == upper$number && is.finite(lower$number)) return(c("=", lower$number))
  if (lower$number == least && upper$open && is.finite(upper$number)) return(c("<", upper$number))
  if (upper$number == Inf && lower$open && lower$number > least) return(c(">", lower$number))
  c("", NA)
}

# Cases worked out by hand, most of them with ends that tie.
by_hand <- list(
  list(c("<50", "30", "<20"), .5, 0, ""), list(c("300", ">100", ">400"), .5, 0, ""),
  list(c("<50", "<50", "400"), .5, 0, "< 50"), list(c("<400", "50", "60"), .5, 0, ""),
  list(c("500", ">500", ">500"), .5, 0, "> 500"), list(c("50", ">50", "<50"), .5, 0, "= 50"),
  list(c("TND", "TND", "500"), .5, 0, "TND"), list(c("TND", "<50", "400"), .5, 0, "< 50"),
  list(c("<50", "<20"), .5, 0, "< 35"), list(c("300", ">400"), .5, 0, "> 350"),
  list(c("<50", ">50"), .5, 0, "> 25"), list(c("<0.5", "-1", "<-2"), .5, -Inf, ""),
  list(c("<0.5", "<-1", "2"), .5, -Inf, "< 0.5"), list(c(">1", "-0.5", ">2"), .5, -Inf, "> 1"))
for (case in by_hand) {
  found <- quantile_set(case[[1]], case[[2]], case[[3]])
  found <- paste(found[!is.na(found)], collapse = " ")
  if (found != case[[4]]) stop(paste(case[[1]], collapse = " "), ": ", found, ", by hand ", case[[4]])
}

# Few distinct numbers, so that ends tie often.
random_set <- function(type) {
  n <- if (runif(1) < .8) sample(1:9, 1) else sample(10:60, 1)
  share <- pick(c(0, .3, .6, .9))
  if (type == "viral_load") {
    number <- if (runif(1) < .5) pick(c(20, 30, 50, 100, 400, 500), n) else signif(10^runif(n, 0, 6), sample(2:5, 1))
    marks <- switch(sample(4, 1), "<", ">", c("<", ">"), c("<", "<", "TND<", "TND", ">"))
  } else {
    number <- if (runif(1) < .5) pick(c(-1, -.5, 0, .5, 1, 2), n) else round(rnorm(n, 1.5, 1), sample(1:4, 1))
    marks <- switch(sample(3, 1), "<", ">", c("<", ">"))
  }
  mark <- ifelse(runif(n) < share, pick(marks, n), "")
  ifelse(mark == "TND", "TND", paste0(mark, vapply(number, format, "", scientific = FALSE, digits = 15)))
}

rows <- list(); undecided <- 0
for (type in c("viral_load", "log_reduction")) {
  kept <- 0
  while (kept < 900) {
    text <- random_set(type)
    p <- if (kept %% 3 == 0) .5 else if (kept %% 3 == 1) pick(c(0, .1, .25, .75, .9, 1)) else round(runif(1), 3)
    set <- quantile_set(text, p, if (type == "viral_load") 0 else -Inf)
    if (is.null(set)) { undecided <- undecided + 1; next }
    if (!any(grepl("[<>T]", text)))
      stopifnot(abs(as.numeric(set[2]) - quantile(as.numeric(text), p, type = 7)) <= 1e-12 * max(abs(as.numeric(text))))
    kept <- kept + 1
    rows[[length(rows) + 1]] <- data.frame(type = type, p = p, results = paste(text, collapse = " "),
                                           state = set[1], quantity = as.numeric(set[2]))
  }
}
table <- do.call(rbind, rows)
write_oracle(cbind(data_set = seq_len(nrow(table)), table), "quantile.csv")
cat("states:", paste(sprintf("'%s' %d", names(table(table$state)), table(table$state)), collapse = ", "),
    "; left out as undecided:", undecided, "\n")
