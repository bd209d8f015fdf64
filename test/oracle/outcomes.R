# Virologic outcomes of single subjects (doc/study/outcomes.md): Snapshot, TLOVR,
# confirmed failure, blips, times to response, CD4 crossings and DAVG.  Subjects
# are drawn here, with every kind of course, or come from simulated studies
# (outcomes_simulated.csv, which export/outcomes.sql wrote).  What censored
# results leave open is found for TLOVR by going through all their answers.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20110)

visits <- data.frame(target = c(28, 84, 168, 336), first = c(1, 56, 126, 294), last = c(55, 125, 209, 377))
windows <- data.frame(visit = c("week 24", "week 48"), target = c(168, 336), first = c(126, 294), last = c(209, 377))
last_visit_opens <- 308
thresholds <- c(400, 50)
levels <- c(200, 350)

# ---- subjects; days are counted from the first dose, which is day 0

draw_value <- function() {
  kind <- runif(1)
  if (kind < .36) return(pick(c("<50:50", "TND<50:50", "<50:50")))
  if (kind < .42) return(pick(c("<400:400", "<500:500", "<75:75", "TND<500:500")))
  if (kind < .45) return(">500000:50")
  value <- pick(c(50, 51, 120, 399, 400, 401, 700, 4000, 4999, 5000, round(10^runif(1, 1.8, 5.6))))
  sprintf("%d:50", as.integer(value))
}

draw_regimen <- function(last) {
  reasons <- c("", "adverse event", "lack of efficacy", "drug interaction", "other")
  period <- function(drug, start, stop = NA, why_started = "", why_stopped = "")
    paste(drug, start, ifelse(is.na(stop), "", stop), why_started, why_stopped, sep = ":")
  stop_of <- function() if (runif(1) < .15) sample(5:380, 1) else if (is.finite(last) && runif(1) < .8) last + 1 else NA
  stop <- stop_of()
  rows <- period("RAL", 0, stop, "", pick(c(reasons, "death", "consent withdrawn")))
  if (!is.na(stop) && runif(1) < .3) rows <- c(rows, period("RAL", stop + sample(1:20, 1)))
  for (drug in c("TDF", "LPV", "RTV")) {
    stop <- stop_of()
    rows <- c(rows, period(drug, 0, stop, "", pick(reasons)))
    if (!is.na(stop) && runif(1) < .3) rows <- c(rows, period(drug, stop + sample(0:20, 1), NA, "", ""))
  }
  if (runif(1) < .15) rows <- c(rows, period("ABC", sample(1:370, 1), NA, pick(reasons), ""))
  paste(rows, collapse = "|")
}

draw_subject <- function(trial, id) {
  last <- if (runif(1) < .25) sample(c(0:400), 1) else Inf
  ended <- if (is.finite(last))
      paste(last, pick(c("adverse event", "death", "lack of efficacy", "consent withdrawn", "lost to follow-up", "other")), sep = ":")
    else if (runif(1) < .7) paste(sample(330:380, 1), "completed", sep = ":") else ""
  days <- c(-sample(0:40, 1), pmax(1, visits$target + round(rnorm(4, 0, 14))), sample(1:400, sample(0:3, 1)))
  days <- days[runif(length(days)) > .12]
  if (runif(1) < .15) days <- c(days, days[1])
  days <- sort(days[!is.na(days)])
  quality <- runif(1)
  values <- vapply(days, function(day) if (day > 20 && runif(1) < quality) "<50:50" else draw_value(), "")
  counts <- sort(unique(c(-10, visits$target)[runif(5) > .15]))
  data.frame(trial = trial, subject = id, first_dose = as.character(as.Date("2008-01-07") + sample(0:500, 1)),
             results = paste(sprintf("%d:%s", as.integer(days), values), collapse = " "), ended = ended,
             regimen = draw_regimen(last),
             cd4 = paste(sprintf("%d:%d", as.integer(counts), sample(c(200, 201, 350, 351, 50:500), length(counts))), collapse = " "))
}

drawn <- do.call(rbind, lapply(1:5, function(trial)
  do.call(rbind, lapply(1:100, function(i) draw_subject(sprintf("drawn %d", trial), sprintf("%03d", i))))))
simulated <- read.csv(oracle_path("outcomes_simulated.csv"), colClasses = "character")
subjects <- rbind(drawn, simulated)

# ---- what is known of a result

parse_results <- function(text) {
  parts <- strsplit(strsplit(text, " ")[[1]], ":")
  results <- data.frame(day = as.integer(vapply(parts, `[`, "", 1)), text = vapply(parts, `[`, "", 2))
  results$kind <- ifelse(grepl("^(<|TND)", results$text), "below", ifelse(grepl("^>", results$text), "above", "exact"))
  results$number <- as.numeric(gsub("[^0-9.]", "", results$text))
  results$place <- seq_len(nrow(results))
  results[order(results$day, results$place), ]
}
is_less <- function(r, x) if (r$kind == "exact") r$number < x else if (r$kind == "below") if (r$number <= x) TRUE else NA else if (r$number >= x) FALSE else NA
is_more <- function(r, x) if (r$kind == "exact") r$number > x else if (r$kind == "below") if (r$number <= x) FALSE else NA else if (r$number >= x) TRUE else NA
# whether log10(a / b) exceeds x
quotient_exceeds <- function(a, b, x) {
  d <- log10(a$number / b$number)
  up <- a$kind == "above" || b$kind == "below"
  down <- a$kind == "below" || b$kind == "above"
  if (up && down) NA else if (up) if (d >= x) TRUE else NA else if (down) if (d <= x) FALSE else NA else d > x
}

# ---- treatment

treatment <- function(s, cut) {
  ended <- if (s$ended == "") NULL else strsplit(s$ended, ":")[[1]]
  if (!is.null(ended) && as.integer(ended[1]) > cut) ended <- NULL
  rows <- if (s$regimen == "") list() else strsplit(paste0(strsplit(s$regimen, "|", fixed = TRUE)[[1]], ":x"), ":")
  drugs <- data.frame(drug = vapply(rows, `[`, "", 1), start = as.integer(vapply(rows, `[`, "", 2)),
                      stop = as.integer(vapply(rows, `[`, "", 3)), why_started = vapply(rows, `[`, "", 4), why_stopped = vapply(rows, `[`, "", 5))
  drugs <- drugs[drugs$start <= cut, ]
  drugs$stop[!is.na(drugs$stop) & drugs$stop > cut] <- NA
  out <- list(first = Inf, until = Inf, gone = Inf, reason = NA, completed = FALSE, changed = Inf, permitted = integer(), drugs = drugs)
  left <- if (is.null(ended)) Inf else as.integer(ended[1])
  completed <- !is.null(ended) && ended[2] == "completed"
  ral <- drugs[drugs$drug == "RAL", ]
  ral <- ral[which.max(ral$start), ]
  off <- if (nrow(ral) && !is.na(ral$stop)) ral$stop else Inf
  out$until <- min(left, off)
  if (!is.null(ended) && !completed) { out$gone <- left; out$reason <- ended[2] }
  # A stop without a reason, in the window of the last visit, of who completed is the planned end.
  planned <- completed && (off >= left || ral$why_stopped == "" && off >= last_visit_opens)
  if (is.finite(off) && !planned) {
    if (off <= out$gone) {
      out$reason <- if (ral$why_stopped != "") ral$why_stopped else if (is.finite(out$gone)) out$reason else "not documented"
      out$gone <- off
    }
  } else if (completed) out$completed <- TRUE
  for (drug in setdiff(unique(drugs$drug), c("RAL", "RTV"))) {
    course <- drugs[drugs$drug == drug, ]
    course <- course[order(course$start), ]
    final <- course[nrow(course), ]
    note <- function(day, why) if (why == "adverse event") out$permitted <<- c(out$permitted, day) else out$changed <<- min(out$changed, day)
    if (course$start[1] > 0 && course$start[1] < out$until) note(course$start[1], course$why_started[1])
    if (!is.na(final$stop) && final$stop > 0 && final$stop < out$until) note(final$stop, final$why_stopped)
  }
  out
}

# ---- the FDA's Snapshot

# A permitted change fails from the day after the first result on treatment on.
snapshot <- function(results, course, window, threshold, cut) {
  treated <- results$day[results$day > 0 & results$day <= course$until]
  if (length(treated)) course$changed <- min(course$changed, course$permitted[course$permitted > min(treated)])
  found <- results[results$day >= window$first & results$day <= window$last & results$day <= course$until, ]
  closed <- window$last < cut
  if (nrow(found) == 0 && !closed) return(NULL)
  if (nrow(found)) {
    last <- found[nrow(found), ]
    if (course$changed < last$day) return("2d")
    answer <- is_less(last, threshold)
    return(if (is.na(answer)) "?" else if (answer) "1" else "2a")
  }
  if (course$gone <= window$last) {
    if (course$reason == "lack of efficacy") return("2b")
    if (course$reason %in% c("adverse event", "death")) return("3a")
    before <- results[results$day <= course$gone, ]
    if (nrow(before) == 0) return("3b")
    answer <- is_less(before[nrow(before), ], threshold)
    return(if (is.na(answer)) "?" else if (answer) "3b" else "2c")
  }
  if (course$changed <= window$last) "2d" else "3c"
}

# ---- TLOVR

# One course of answers: c(day of suppression, day of failure, whether it is too early).
lose_response <- function(below, days, end, followed) {
  n <- length(below)
  state <- "never"; since <- NA
  i <- 1
  while (i < n && state == "never") { if (below[i] && below[i + 1]) { state <- "suppressed"; since <- i }; i <- i + 1 }
  if (state == "never") return(c(NA, if (followed) 0 else NA, !followed))
  failed <- NA; before <- days[n]; after <- NA
  for (j in seq_len(n)) if (is.na(failed) && j > since + 1 && !below[j] && ((j < n && !below[j + 1]) || (j == n && is.finite(end)))) {
    failed <- days[j]; before <- days[j - 1]; after <- days[j]
  }
  if (is.na(failed) && is.finite(end)) failed <- end
  missed <- vapply(seq_len(nrow(visits)), function(v) {
    held <- function(day) !is.na(day) && day >= visits$first[v] && day <= visits$last[v]
    !is.na(failed) && visits$target[v] > before && visits$target[v] < failed && !held(before) && !held(after)
  }, NA)
  c(days[since], if (any(missed)) min(visits$target[missed]) else failed, FALSE)
}

tlovr <- function(results, course, threshold, cut) {
  end <- min(course$gone, course$changed)
  used <- results[results$day > 0 & results$day <= min(course$until, end), ]
  known <- vapply(seq_len(nrow(used)), function(i) is_less(used[i, ], threshold), NA)
  open <- which(is.na(known))
  stopifnot(length(open) <= 12)
  followed <- is.finite(end) || course$completed || max(windows$last) < cut
  t(vapply(seq_len(2^length(open)), function(k) {
    known[open] <- bitwAnd(k - 1, 2^(seq_along(open) - 1)) > 0
    lose_response(known, used$day, end, followed)
  }, numeric(3)))
}
agreed <- function(x) if (all(x)) "y" else if (!any(x)) "n" else "?"
same <- function(x, none = "-") if (all(is.na(x))) none else if (anyNA(x) || length(unique(x)) > 1) "?" else as.character(x[1])

# ---- confirmed failure

either <- function(a, b) if (isTRUE(a) || isTRUE(b)) TRUE else if (is.na(a) || is.na(b)) NA else FALSE
both <- function(a, b) if (isFALSE(a) || isFALSE(b)) FALSE else if (is.na(a) || is.na(b)) NA else TRUE

virologic_failure <- function(results, baseline, course) {
  used <- results[results$day > 0 & results$day <= course$until, ]
  n <- nrow(used)
  was_below <- FALSE; responded <- FALSE; nadir <- NULL
  failing <- rebound <- rep(NA, n)
  for (i in seq_len(n)) {
    r <- used[i, ]
    rise <- !is.null(nadir) && isTRUE(quotient_exceeds(r, nadir, 1))
    rebound[i] <- either(both(is_more(r, 400), was_below), rise)
    fall <- if (is.null(baseline)) NA else quotient_exceeds(baseline, r, 1)
    responded <- either(responded, either(is_less(r, 400), fall))
    failing[i] <- either(rebound[i], if (r$day >= 112) !responded else FALSE)
    was_below <- either(was_below, is_less(r, 400))
    if (r$kind != "above" && (is.null(nadir) || r$number < nadir$number || (r$number == nadir$number && r$kind == "below"))) nadir <- r
  }
  run_confirmed <- function(x) {
    start <- NA
    for (i in seq_len(n)) {
      start <- if (!x[i]) NA else if (is.na(start)) i else start
      if (!is.na(start) && used$day[i] - used$day[start] >= 7) return(start)
    }
    NA
  }
  sure <- run_confirmed(failing %in% TRUE)
  if (!is.na(sure)) return(paste(if (isTRUE(rebound[sure])) "rebound" else "non-response", used$day[sure]))
  if (!is.na(run_confirmed(is.na(failing) | failing))) "?" else "-"
}

blips <- function(results, course) {
  used <- results[results$day > 0 & results$day <= course$until, ]
  found <- character()
  for (i in seq_len(max(0, nrow(used) - 2)) + 1) {
    if (i > nrow(used) - 1) break
    answer <- both(both(is_less(used[i - 1, ], 50), is_less(used[i + 1, ], 50)), both(!is_less(used[i, ], 50), is_less(used[i, ], 400)))
    from <- used$day[i - 1]; to <- used$day[i + 1]
    # where one period of a drug follows another without a gap, it neither starts nor stops
    start <- paste(course$drugs$drug, course$drugs$start)
    stop <- paste(course$drugs$drug, course$drugs$stop)
    moved <- c(course$drugs$start[!start %in% stop], course$drugs$stop[!stop %in% start])
    if (isFALSE(answer) || any(moved >= from & moved < to, na.rm = TRUE)) next
    found <- c(found, paste0(used$day[i], if (is.na(answer)) "?" else ""))
  }
  paste(found, collapse = " ")
}

# ---- times to a first value

time_to <- function(days, answer, at_baseline) {
  if (isTRUE(at_baseline)) return("at baseline")
  first <- which(answer %in% TRUE)[1]
  not_yet <- which(answer %in% FALSE & (is.na(first) | seq_along(answer) < first))
  paste0(if (length(not_yet)) days[max(not_yet)] else 0, "-", if (is.na(first)) "" else days[first])
}

davg <- function(results, baseline, course, window, cut) {
  used <- results[results$day > 0 & results$day <= min(course$until, window$last), ]
  if (window$last >= cut || is.null(baseline) || nrow(used) == 0) return(NULL)
  t <- c(0, used$day); y <- log10(c(baseline$number, used$number))
  sum(diff(t) * (head(y, -1) + tail(y, -1)) / 2) / diff(range(t)) - y[1]
}

# ---- all of it

rows <- list()
for (i in seq_len(nrow(subjects))) for (cut_date in c("", "2009-02-01")) {
  s <- subjects[i, ]
  cut <- if (cut_date == "") Inf else as.integer(as.Date(cut_date) - as.Date(s$first_dose))
  if (cut < 0) next
  say <- function(figure, value) rows[[length(rows) + 1]] <<- data.frame(trial = s$trial, subject = s$subject, cut = cut_date, figure = figure, value = value)
  results <- if (s$results == "") NULL else parse_results(s$results)
  if (is.null(results)) results <- parse_results("-1:1")[0, ]
  results <- results[results$day <= cut, ]
  results <- results[!duplicated(results$day, fromLast = TRUE), ]
  baseline <- results[results$day <= 0, ]
  baseline <- if (nrow(baseline)) baseline[nrow(baseline), ] else NULL
  course <- treatment(s, cut)
  treated <- results[results$day > 0 & results$day <= course$until, ]
  number <- function(x) if (is.finite(x)) as.character(x) else "-"
  say("treatment", paste(number(course$until), number(course$gone), course$reason, number(course$changed)))
  for (threshold in thresholds) {
    courses <- tlovr(results, course, threshold, cut)
    early <- any(courses[, 3] == 1)
    say(paste("loss of response", threshold), paste(same(courses[, 1]), if (early) "early" else same(courses[, 2])))
    for (w in seq_len(nrow(windows))) {
      category <- snapshot(results, course, windows[w, ], threshold, cut)
      if (is.null(category)) next
      say(paste("Snapshot", windows$visit[w], threshold), category)
      seen <- treated$day[treated$day >= windows$first[w] & treated$day <= windows$last[w]]
      judged <- if (length(seen)) max(seen) else windows$target[w]
      say(paste("TLOVR", windows$visit[w], threshold),
          agreed(!is.na(courses[, 1]) & courses[, 1] <= judged & (is.na(courses[, 2]) | courses[, 2] > judged)))
    }
    say(paste("time to response", threshold), time_to(treated$day, vapply(seq_len(nrow(treated)), function(k) is_less(treated[k, ], threshold), NA),
                                                      if (is.null(baseline)) NA else is_less(baseline, threshold)))
  }
  say("virologic failure", virologic_failure(results, baseline, course))
  found <- blips(results, course)
  if (found != "") say("blips", found)
  counts <- strsplit(if (s$cd4 == "") character() else strsplit(s$cd4, " ")[[1]], ":")
  day <- as.integer(vapply(counts, `[`, "", 1)); count <- as.integer(vapply(counts, `[`, "", 2))
  after <- day > 0 & day <= min(cut, course$until)
  for (level in levels)
    say(paste("CD4", level), time_to(day[after], count[after] > level, if (any(day <= 0)) tail(count[day <= 0], 1) > level else NA))
  for (w in seq_len(nrow(windows))) {
    change <- davg(results, baseline, course, windows[w, ], cut)
    if (!is.null(change)) say(paste("DAVG", windows$visit[w]), number_text(change))
  }
}
write_oracle(drawn, "outcomes_drawn.csv")
write_oracle(do.call(rbind, rows), "outcomes_expected.csv")
