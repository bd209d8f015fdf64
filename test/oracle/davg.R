# Time-averaged change by the trapezoidal rule: records in any order, several of
# a day, of which the highest counts, missing ones.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20104)

rows <- lapply(1:200, function(id) {
  n <- sample(1:12, 1)
  day <- sample(c(-7, 1, 15, 29, 57, 85, 169, 210.5, 337), n, replace = TRUE)
  value <- round(runif(n, 1.3, 6), pick(c(1, 4)))
  value[runif(n) < .1] <- NA
  known <- !is.na(value)
  highest <- tapply(value[known], factor(day[known]), max)
  t <- as.numeric(names(highest))
  y <- as.numeric(highest)
  change <- if (length(t) > 1)
    sum(diff(t) * (head(y, -1) + tail(y, -1)) / 2) / diff(range(t)) - y[1] else NA
  data.frame(data_set = id,
             results = paste(sprintf("%.17g:%s", day, ifelse(is.na(value), ".", sprintf("%.17g", value))),
                             collapse = " "),
             davg = change)
})
write_oracle(do.call(rbind, rows), "davg.csv")
