# Results of the report (analysis_result) of four simulated trials, from their plain tables:
# demographics, exposure, and Kaplan and Meier's estimate at the visits.  Quartiles are of type 7.
source(file.path("test", "oracle", "lib", "oracle.R"))
library(survival)

read <- function(file) {
  read.csv(oracle_path(file), stringsAsFactors = FALSE,
           colClasses = c(site_id = "character", subject_id = "character"))
}
people <- read("results_people.csv")
regimen <- read("results_regimen.csv")
times <- read("results_times.csv")
results <- read("endpoints_results.csv")
people <- people[people$first_dose != "", ]
for (day in c("birth_date", "signed", "first_dose", "ended")) people[[day]] <- as.Date(people[[day]])
key <- function(x) paste(x$trial, x$site_id, x$subject_id)

# Whole years from one day to another.
years <- function(from, to) {
  a <- as.POSIXlt(from)
  b <- as.POSIXlt(to)
  b$year - a$year - (b$mon < a$mon | (b$mon == a$mon & b$mday < a$mday))
}
people$age <- years(people$birth_date, people$signed)

# The last result on or before the first dose; only a number counts.
baseline <- function(test) {
  one <- results[results$test == test, ]
  one$first_dose <- people$first_dose[match(key(one), key(people))]
  one <- one[!is.na(one$first_dose) & as.Date(one$collected) <= one$first_dose, ]
  one <- one[order(key(one), one$collected, one$replicate), ]
  one <- one[!duplicated(key(one), fromLast = TRUE), ]
  suppressWarnings(as.numeric(one$result[match(key(people), key(one))]))
}
people$rna <- log10(baseline("viral load"))
people$cd4 <- baseline("CD4")

# Days on the drug: an open period ends with the last day in the study.
regimen$ended <- people$ended[match(key(regimen), key(people))]
stop <- as.Date(ifelse(regimen$stopped == "", as.character(regimen$ended + 1), regimen$stopped))
stop <- pmin(stop, regimen$ended + 1, na.rm = TRUE)
days <- tapply(as.numeric(stop - as.Date(regimen$started)), key(regimen), sum)
people$days <- as.numeric(days[key(people)])

measure <- function(trial, group, display, variable, x) {
  n <- sum(!is.na(x))
  y <- x[!is.na(x)]
  q <- quantile(y, c(0, 0.25, 0.5, 0.75, 1), type = 7, names = FALSE)
  data.frame(trial = trial,
             result_id = paste(display, group, variable, c("n", "missing", "mean", "sd", "min", "p25", "median", "p75", "max"), sep = "/"),
             value = c(n, sum(is.na(x)), mean(y), if (n > 1) sd(y) else NA, q))
}
of_group <- function(trial, group, p) {
  sexes <- c("female", "male")
  counts <- vapply(sexes, function(s) sum(p$sex == s), numeric(1))
  rbind(measure(trial, group, "demographics", "Age, years", p$age),
        measure(trial, group, "demographics", "HIV-1 RNA, log10 copies/mL", p$rna),
        measure(trial, group, "demographics", "CD4 count, cells/\u00b5L", p$cd4),
        measure(trial, group, "exposure", "Days on treatment", p$days),
        measure(trial, group, "exposure", "Person-years", p$days / 365.25),
        data.frame(trial = trial, result_id = c(paste("demographics", group, "Sex", sexes, "n", sep = "/"),
                                                paste("demographics", group, "Sex", sexes, "percent", sep = "/")),
                   value = c(counts, 100 * counts / nrow(p))))
}
# The estimate 28, 84, 168 and 336 days after the first dose; not known after the last day of anybody.
of_curve <- function(trial, threshold, t) {
  fit <- survfit(Surv(time, event) ~ 1, data = t, conf.type = "log-log")
  do.call(rbind, lapply(c(4, 12, 24, 48), function(week) {
    day <- 7 * week
    last <- sum(fit$time <= day)
    known <- day <= max(t$time)
    s <- if (last == 0) 1 else fit$surv[last]
    limits <- if (last == 0 || !known) c(NA, NA) else c(fit$lower[last], fit$upper[last])
    data.frame(trial = trial,
               result_id = sprintf("kaplan_meier/all/Time to response, < %d copies/mL/week %d/%s", threshold, week,
                                   c("days", "at_risk", "percent", "ci_lower", "ci_upper")),
               value = c(day, sum(t$time >= day), if (known || s == 0) 100 * s else NA, 100 * limits))
  }))
}
expected <- do.call(rbind, lapply(unique(people$trial), function(trial) {
  p <- people[people$trial == trial, ]
  t <- times[times$trial == trial, ]
  rbind(of_group(trial, "all", p),
        do.call(rbind, lapply(sort(unique(p$site_id)), function(s) of_group(trial, paste0("site_id/", s), p[p$site_id == s, ]))),
        do.call(rbind, lapply(unique(t$threshold), function(one) of_curve(trial, one, t[t$threshold == one, ]))))
}))
write.table(transform(expected, result_id = paste0('"', result_id, '"'), value = number_text(as.double(value))),
            oracle_path("results_expected.csv"), sep = ",", na = "", quote = FALSE, row.names = FALSE, eol = "\n", fileEncoding = "UTF-8")
cat(sprintf("results_expected.csv: %d rows\n", nrow(expected)))
