# The tables of the primary endpoint, from the capture tables of simulated
# trials, by binom.test, poisson.test and survfit.  Days are counted one by one
# and dates that are partial are tried out; only the grades of single laboratory
# results are virotrial's (toxicity_grade.R has proven them).
# SAFETY_EXPORT names the directory that safety_export.sql wrote to.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")

directory <- Sys.getenv("SAFETY_EXPORT")
if (directory == "" || !file.exists(file.path(directory, "asked.csv"))) {
  cat("skipped: SAFETY_EXPORT names no directory with the tables of safety_export.sql\n")
  quit(status = 0)
}
read_table <- function(name) {
  read.csv(file.path(directory, paste0(name, ".csv")), colClasses = "character", na.strings = "")
}
tables <- sapply(c("person", "regimen", "event", "relatedness", "laboratory", "complaint"), read_table, simplify = FALSE)
asked <- read_table("asked")
day_number <- function(text) as.integer(as.Date(text))
far_day <- 1000000L
last_visit_opens <- 308L                      # days after the first dose
emergent_days <- 30L
related_judgements <- c("related", "probably related", "possibly related")

# Every day that a partial date can be.
possible_days <- function(text) {
  if (nchar(text) == 10) return(day_number(text))
  if (nchar(text) == 7) {
    first <- as.Date(paste0(text, "-01"))
    return(as.integer(first):(as.integer(seq(first, by = "month", length.out = 2)[2]) - 1L))
  }
  as.integer(as.Date(paste0(text, "-01-01"))):as.integer(as.Date(paste0(text, "-12-31")))
}
all_or_none <- function(x) if (all(x %in% TRUE)) TRUE else if (all(x %in% FALSE)) FALSE else NA
proportion <- function(x, n) {
  if (n == 0) return(c(NA, NA, NA))
  100 * c(x / n, binom.test(x, n)$conf.int)
}
rate <- function(x, years) {
  if (is.na(years) || years == 0) return(c(NA, NA, NA))
  100 * c(x / years, poisson.test(x, years)$conf.int)
}

# ---- one trial at one cut

# Until when on treatment, and why it was given up: the study drug or the study, which comes first.
course_of <- function(p, drug, cut) {
  known <- function(day) if (is.na(day) || day > cut) Inf else as.numeric(day)
  off <- known(day_number(drug$stopped))
  end <- known(p$end)
  why <- if (is.na(drug$stop_reason)) "" else drug$stop_reason
  completed <- is.finite(end) && p$outcome == "completed"
  planned <- completed && (off >= end || why == "" && off - p$first >= last_visit_opens)
  gives_up <- is.finite(off) && !planned
  leaves <- is.finite(end) && !completed
  reason <- if (gives_up && off <= end) {
    if (why != "") why else if (leaves) p$reason else "not documented"
  } else if (leaves) p$reason else NA_character_
  list(until = min(off, end, cut), reason = reason)
}

subjects_of <- function(study, cut, grouping) {
  person <- tables$person[tables$person$study == study, ]
  person$first <- day_number(person$first_dose)
  person <- person[!is.na(person$first) & person$first <= cut, ]
  person$end <- day_number(person$ended)
  regimen <- tables$regimen[tables$regimen$study == study & tables$regimen$drug == "RAL", ]
  lapply(seq_len(nrow(person)), function(i) {
    p <- person[i, ]
    taken <- regimen[regimen$subject_id == p$subject_id & regimen$site_id == p$site_id, ]
    taken <- taken[day_number(taken$started) <= cut, ]
    stopped <- day_number(taken$stopped)
    days <- sort(unique(unlist(Map(function(from, stop) {
      last <- if (is.na(stop)) p$end else stop - 1L
      seq(from, min(last, cut))
    }, day_number(taken$started), stopped))))
    goes_on <- any(ifelse(is.na(stopped), p$end + 1L, stopped) > min(cut, as.integer(Sys.Date())))
    last <- if (goes_on) NA else max(days)
    list(site = p$site_id, id = p$subject_id, first = p$first, days = days, last = last,
         window = if (goes_on) far_day else last + emergent_days,
         groups = c("all/all", paste(grouping, p[[grouping]], sep = "/")), group = NA_character_,
         end = p$end, outcome = p$outcome, reason = p$reason,
         course = course_of(p, taken[which.max(day_number(taken$started)), ], cut))
  })
}

events_of <- function(study, cut, subjects) {
  event <- tables$event[tables$event$study == study, ]
  judged <- tables$relatedness[tables$relatedness$study == study, ]
  rows <- list()
  for (s in subjects) {
    mine <- event[event$site_id == s$site & event$subject_id == s$id, ]
    for (i in seq_len(nrow(mine))) {
      e <- mine[i, ]
      days <- possible_days(e$onset)
      if (!is.na(e$ended)) days <- days[days <= max(possible_days(e$ended))]
      if (min(days) > cut) next
      emergent <- all_or_none(ifelse(days < s$first | days > s$window, FALSE, ifelse(days > cut, NA, TRUE)))
      died <- identical(s$reason, "death") && s$end <= cut
      fatal <- e$outcome == "FATAL" && died
      grade <- as.integer(e$grade)
      if (grade == 5 && !fatal) grade <- NA
      drugs <- judged[judged$site_id == s$site & judged$subject_id == s$id & judged$event_number == e$event_number, ]
      by_drug <- drugs$relatedness %in% related_judgements
      to_study_drug <- if (any(drugs$drug == "RAL")) by_drug[drugs$drug == "RAL"] else NA
      serious <- e$serious == "1" || (e$death == "1" && fatal)
      rows[[length(rows) + 1]] <- list(
        subject = paste(s$site, s$id), group = s$group, term = if (is.na(e$complaint)) tolower(trimws(e$term)) else e$complaint,
        grade = grade, emergent = emergent, onset_exposure = sum(s$days <= min(days)), exposure = length(s$days),
        sets = list("any" = TRUE, "related to the study drug" = to_study_drug,
          "related to any drug" = if (any(by_drug)) TRUE else to_study_drug,
          "grade 3 or higher" = grade >= 3, "serious" = serious,
          "serious and related to the study drug" = serious & to_study_drug,
          "leading to discontinuation" = e$action_taken == "DRUG WITHDRAWN" && (cut == far_day || !is.na(s$last)),
          "fatal" = fatal))
    }
  }
  rows
}

set_names <- c("any", "related to the study drug", "related to any drug", "grade 3 or higher", "serious",
               "serious and related to the study drug", "leading to discontinuation", "fatal")

events_table <- function(data_set, subjects, events, everywhere) {
  groups <- sort(unique(vapply(subjects, `[[`, "", "group")))
  flat <- data.frame(
    subject = vapply(events, `[[`, "", "subject"), group = vapply(events, `[[`, "", "group"),
    term = vapply(events, `[[`, "", "term"), grade = vapply(events, `[[`, 1L, "grade"),
    emergent = vapply(events, `[[`, NA, "emergent"), at = vapply(events, `[[`, 1L, "onset_exposure"),
    total = vapply(events, `[[`, 1L, "exposure"))
  member <- sapply(set_names, function(set) flat$emergent & vapply(events, function(e) e$sets[[set]], NA))
  rows <- list()
  for (group in groups) {
    mine <- Filter(function(s) s$group == group, subjects)
    population <- length(mine)
    years <- sum(vapply(mine, function(s) length(s$days), 1L)) / 365.25
    for (set in set_names) {
      part <- cbind(flat, member = member[, set])[flat$group == group & !(member[, set] %in% FALSE), ]
      for (term in c("", unique(if (set == "any") everywhere else part$term))) {
        chosen <- if (term == "") part else part[part$term == term, ]
        known <- chosen[chosen$member %in% TRUE, ]
        who <- unique(known$subject)
        maybe <- setdiff(unique(chosen$subject), who)
        highest <- vapply(split(known$grade, known$subject), function(g) max(c(0L, g), na.rm = TRUE), 1L)
        greatest <- vapply(split(chosen$grade, chosen$subject), function(g) max(c(0L, g), na.rm = TRUE), 1L)
        before <- highest[match(names(greatest), names(highest))]
        before[is.na(before)] <- 0L
        grades <- if (term == "") 0:5 else sort(unique(c(0L, highest, greatest[greatest > before])))
        for (grade in grades) {
          counted <- if (grade == 0) c(length(who), length(maybe)) else
            c(sum(highest == grade), sum(greatest == grade & greatest > before))
          with_grade <- if (grade == 0) chosen else chosen[chosen$grade %in% grade, ]
          number <- c(sum(with_grade$member %in% TRUE), sum(is.na(with_grade$member)))
          lost <- if (nrow(known) == 0) 0 else sum(vapply(split(known, known$subject), function(k) k$total[1] - min(k$at), 1L))
          first_years <- if (grade == 0) years - lost / 365.25 else NA
          first_rate <- rate(counted[1], first_years)
          all_rate <- rate(number[1], years)
          percent <- proportion(counted[1], population)
          rows[[length(rows) + 1]] <- data.frame(
            data_set = data_set, item = paste(group, set, term, if (grade == 0) "" else grade, sep = "|"),
            population = population, subjects = counted[1], subjects_unknown = counted[2],
            percent = percent[1], percent_ci_lower = percent[2], percent_ci_upper = percent[3],
            percent_ci_upper_with_unknown = proportion(sum(counted), population)[3],
            events = number[1], events_unknown = number[2],
            first_event_person_years = first_years, first_event_rate = first_rate[1],
            first_event_rate_ci_lower = first_rate[2], first_event_rate_ci_upper = first_rate[3],
            person_years = years, event_rate = all_rate[1], event_rate_ci_lower = all_rate[2], event_rate_ci_upper = all_rate[3])
        }
      }
    }
  }
  do.call(rbind, rows)
}

# ---- the other tables: rows of part, item, figure and number

figures <- function(part, item, ...) {
  numbers <- c(...)
  data.frame(part = part, item = item, figure = names(numbers), number = as.numeric(numbers))
}
counted <- function(part, item, base_name, x, n, unknown = NULL) {
  limits <- proportion(x, n)
  base <- structure(n, names = base_name)
  figures(part, item, base, subjects = x, if (!is.null(unknown)) c(subjects_unknown = unknown),
          percent = limits[1], percent_ci_lower = limits[2], percent_ci_upper = limits[3])
}

results_of <- function(study, cut, subjects) {
  lab <- tables$laboratory[tables$laboratory$study == study, ]
  lab$day <- day_number(lab$collected)
  for (column in c("replicate", "low_grade", "high_grade", "at_least", "at_most")) lab[[column]] <- as.integer(lab[[column]])
  lab$uln <- as.numeric(lab$uln)
  lab <- lab[lab$day <= cut, ]
  rows <- lapply(subjects, function(s) {
    mine <- lab[lab$site_id == s$site & lab$subject_id == s$id, ]
    if (nrow(mine) == 0) return(NULL)
    mine$group <- s$group
    mine$subject <- paste(s$site, s$id)
    mine$on <- mine$day > s$first & mine$day <= s$window
    mine$baseline <- FALSE
    for (test in unique(mine$test)) {
      before <- which(mine$test == test & mine$day <= s$first)
      if (length(before)) mine$baseline[before[order(-mine$day[before], -mine$replicate[before])][1]] <- TRUE
    }
    mine
  })
  do.call(rbind, rows)
}

directions <- unique(read.csv(oracle_path("daids_2_1.csv"), colClasses = "character")[, c("lbtestcd", "direction")])
pairs <- expand.grid(low = 0:4, high = 0:4)

# The grades that one direction can have, given what is known of both.
grades_of <- function(test, direction, low, high, at_least, at_most) {
  graded <- directions$direction[directions$lbtestcd == test]
  fits <- pmax(pairs$low, pairs$high) >= at_least & pmax(pairs$low, pairs$high) <= at_most
  if (!("L" %in% graded)) fits <- fits & pairs$low == 0
  if (!("H" %in% graded)) fits <- fits & pairs$high == 0
  own <- if (direction == "low") low else high
  other <- if (direction == "low") high else low
  if (!is.na(other)) fits <- fits & pairs[[if (direction == "low") "high" else "low"]] == other
  if (!is.na(own)) return(c(own, own))
  range(pairs[[direction]][fits])
}

laboratory_tables <- function(results) {
  out <- list()
  results <- results[(results$on | results$baseline) & results$test %in% directions$lbtestcd, ]
  span <- list(c(3, 3), c(4, 4), c(3, 4))
  for (test in unique(results$test)) for (direction in c("low", "high")) {
    if (!any(directions$lbtestcd == test & directions$direction == toupper(substr(direction, 1, 1)))) next
    mine <- results[results$test == test, ]
    possible <- mapply(grades_of, test, direction, mine$low_grade, mine$high_grade, mine$at_least, mine$at_most)
    mine$from <- possible[1, ]
    mine$to <- possible[2, ]
    for (group in unique(mine$group)) {
      one <- lapply(split(mine[mine$group == group, ], mine$subject[mine$group == group]), function(r) {
        base <- r[r$baseline, ]
        on <- r[r$on, ]
        c(if (nrow(base)) c(base$from, base$to) else c(NA, NA), if (nrow(on)) c(max(on$from), max(on$to)) else c(NA, NA))
      })
      label <- function(from, to) if (is.na(from)) "missing" else if (from == to) as.character(from) else "unknown"
      base <- vapply(one, function(v) label(v[1], v[2]), "")
      worst <- vapply(one, function(v) label(v[3], v[4]), "")
      for (cell in unique(paste(base, worst, sep = "|"))) {
        n <- sum(paste(base, worst, sep = "|") == cell)
        all <- sum(base == sub("[|].*", "", cell))
        out[[length(out) + 1]] <- figures("laboratory_shift", paste(group, test, direction, cell, sep = "|"),
                                          subjects = n, baseline_subjects = all, percent = 100 * n / all)
      }
      if (all(worst == "missing")) next
      tested <- one[worst != "missing"]
      for (s in span) {
        reached <- vapply(tested, function(v) all_or_none(v[3]:v[4] >= s[1] & v[3]:v[4] <= s[2]), NA)
        worse <- vapply(tested, function(v) v[3] > (if (!is.na(v[1]) && v[1] == v[2]) v[1] else 0), NA)
        item <- paste(group, test, direction, s[1], s[2], sep = "|")
        n <- sum(!is.na(reached))
        limits <- proportion(sum(reached %in% TRUE & worse), n)
        out[[length(out) + 1]] <- rbind(
          counted("laboratory_abnormality", item, "evaluable", sum(reached %in% TRUE), n, sum(is.na(reached))),
          figures("laboratory_abnormality", item, worsened = sum(reached %in% TRUE & worse), worsened_percent = limits[1],
                  worsened_percent_ci_lower = limits[2], worsened_percent_ci_upper = limits[3]))
      }
    }
  }
  do.call(rbind, out)
}

# A reported value as the interval of what it can be, open at a limit.
interval <- function(text) {
  number <- as.numeric(sub("^[<>]", "", text))
  list(from = ifelse(startsWith(text, "<"), -Inf, number), to = ifelse(startsWith(text, ">"), Inf, number),
       number = number, censored = grepl("^[<>]", text))
}
at_least_times <- function(text, limit, times) {
  v <- interval(text)
  bound <- round(times * limit, 9)
  ifelse(v$censored, ifelse(startsWith(text, ">"), ifelse(v$number >= bound, TRUE, NA), ifelse(v$number <= bound, FALSE, NA)), v$number >= bound)
}

hys_law <- function(results) {
  liver <- results[results$on & results$test %in% c("ALT", "AST", "BILI", "ALP") & !is.na(results$uln), ]
  out <- list()
  for (subject in unique(liver$subject)) {
    mine <- liver[liver$subject == subject, ]
    found <- NULL
    for (i in which(mine$test %in% c("ALT", "AST"))) for (j in which(mine$test == "BILI")) {
      if (abs(mine$day[i] - mine$day[j]) > 30) next
      alp <- which(mine$test == "ALP" & abs(mine$day - mine$day[i]) <= 30)
      alp <- alp[order(abs(mine$day[alp] - mine$day[i]), -mine$day[alp])][1]
      verdict <- at_least_times(mine$value[i], mine$uln[i], 3) & at_least_times(mine$value[j], mine$uln[j], 2) &
        (if (is.na(alp)) NA else !at_least_times(mine$value[alp], mine$uln[alp], 2))
      if (verdict %in% FALSE) next
      found <- rbind(found, data.frame(i, j, alp, open = is.na(verdict)))
    }
    if (is.null(found)) next
    found <- found[order(found$open, mine$day[found$i], mine$day[found$j], mine$test[found$i]), ][1, ]
    times <- function(k) interval(mine$value[k])$number / mine$uln[k]
    out[[length(out) + 1]] <- list(group = mine$group[1], open = found$open, figures = figures(
      "hys_law_candidate", paste(subject, mine$test[found$i], mine$collected[found$i], mine$collected[found$j], sep = "|"),
      times_uln = times(found$i), bilirubin_times_uln = times(found$j), phosphatase_times_uln = times(found$alp)))
  }
  out
}

ecg_table <- function(results) {
  over <- function(v, bound) v$number > bound
  change <- function(r) r$number - r$base
  list_of <- list(
    list("QTCFAG", "QTcF over 450 ms", function(r) r$number > 450), list("QTCFAG", "QTcF over 480 ms", function(r) r$number > 480),
    list("QTCFAG", "QTcF over 500 ms", function(r) r$number > 500),
    list("QTCFAG", "QTcF more than 30 ms over baseline", function(r) change(r) > 30),
    list("QTCFAG", "QTcF more than 60 ms over baseline", function(r) change(r) > 60),
    list("EGHRMN", "heart rate under 50 a minute", function(r) r$number < 50),
    list("EGHRMN", "heart rate over 100 a minute", function(r) r$number > 100),
    list("INTP", "abnormal", function(r) ifelse(r$code == "NOT EVALUABLE", NA, r$code != "NORMAL")),
    list("INTP", "abnormal and clinically significant", function(r) ifelse(r$code == "NOT EVALUABLE", NA, r$code == "ABNORMAL CS")))
  results$number <- suppressWarnings(as.numeric(results$standard))
  out <- list()
  for (f in list_of) {
    mine <- results[results$test == f[[1]], ]
    base <- mine[mine$baseline, ]
    mine$base <- base$number[match(mine$subject, base$subject)]
    mine <- mine[mine$on, ]
    for (group in unique(mine$group)) {
      r <- mine[mine$group == group, ]
      found <- vapply(split(f[[3]](r), r$subject), function(x) if (any(x %in% TRUE)) TRUE else if (anyNA(x)) NA else FALSE, NA)
      out[[length(out) + 1]] <- counted("ecg_finding", paste(group, f[[2]], sep = "|"), "evaluable",
                                        sum(found %in% TRUE), sum(!is.na(found)), sum(is.na(found)))
    }
  }
  do.call(rbind, out)
}

causes <- c("adverse event", "death", "lack of efficacy", "consent withdrawn", "lost to follow-up", "protocol deviation",
            "pregnancy", "physician decision", "subject decision", "drug interaction", "supply", "other", "not documented")

tolerability_tables <- function(subjects, candidates, cut) {
  out <- list()
  for (group in unique(vapply(subjects, `[[`, "", "group"))) {
    mine <- Filter(function(s) s$group == group, subjects)
    why <- vapply(mine, function(s) s$course$reason, "")
    gone <- !is.na(why)
    n <- length(mine)
    out[[length(out) + 1]] <- counted("discontinuation", paste0(group, "|"), "population", sum(gone), n)
    for (one in causes)
      out[[length(out) + 1]] <- counted("discontinuation", paste(group, one, sep = "|"), "population", sum(why %in% one), n)
    days <- vapply(mine, function(s) as.integer(s$course$until - s$first + 1L), 1L)
    fit <- survfit(Surv(days, gone) ~ 1, conf.type = "log-log")
    inside <- fit$surv < 1 & fit$surv > 0
    for (i in seq_along(fit$time))
      out[[length(out) + 1]] <- figures("time_to_discontinuation", paste(group, fit$time[i], sep = "|"),
        at_risk = fit$n.risk[i], discontinued = fit$n.event[i], censored = fit$n.censor[i], remaining = fit$surv[i],
        std_error = if (fit$surv[i] > 0) fit$std.err[i] * fit$surv[i] else NA,
        remaining_ci_lower = if (inside[i]) fit$lower[i] else NA, remaining_ci_upper = if (inside[i]) fit$upper[i] else NA)
    died <- vapply(mine, function(s) s$reason %in% "death" && s$end <= cut, NA)
    on <- died & vapply(mine, function(s) s$end <= s$window, NA)
    hy <- Filter(function(h) h$group == group, candidates)
    open <- vapply(hy, `[[`, NA, "open")
    out[[length(out) + 1]] <- rbind(
      counted("safety_finding", paste(group, "death", sep = "|"), "population", sum(died), n, 0),
      counted("safety_finding", paste(group, "death on treatment", sep = "|"), "population", sum(on), n, 0),
      counted("safety_finding", paste(group, "Hy's law candidate", sep = "|"), "population", sum(!as.logical(open)), n, sum(as.logical(open))))
  }
  do.call(rbind, out)
}

# What a view shows of one group: its rows are made as if there were no others.
answer_of <- function(a, group, subjects, events, results, everywhere, cut) {
  mine <- lapply(Filter(function(s) group %in% s$groups, subjects), function(s) {
    s$group <- group
    s
  })
  keys <- vapply(mine, function(s) paste(s$site, s$id), "")
  events <- lapply(Filter(function(e) e$subject %in% keys, events), function(e) {
    e$group <- group
    e
  })
  results <- results[results$subject %in% keys, ]
  results$group <- group
  candidates <- hys_law(results)
  list(events = events_table(as.integer(a$data_set), mine, events, everywhere),
       tables = cbind(data_set = as.integer(a$data_set), rbind(
         laboratory_tables(results), if (group == "all/all") do.call(rbind, lapply(candidates, `[[`, "figures")),
         ecg_table(results), tolerability_tables(mine, candidates, cut))))
}

answers <- unlist(lapply(seq_len(nrow(asked)), function(i) {
  a <- asked[i, ]
  cut <- if (is.na(a$data_cut)) far_day else day_number(a$data_cut)
  subjects <- subjects_of(a$study, cut, a$group_by)
  events <- events_of(a$study, cut, subjects)
  results <- results_of(a$study, cut, subjects)
  possible <- Filter(function(e) !(e$emergent %in% FALSE), events)
  everywhere <- unique(c(tables$complaint$complaint[tables$complaint$study == a$study], vapply(possible, `[[`, "", "term")))
  groups <- unique(unlist(lapply(subjects, `[[`, "groups")))
  lapply(groups, function(group) answer_of(a, group, subjects, events, results, everywhere, cut))
}), recursive = FALSE)
# 13 digits are enough for 1e-9, and spare half of the bytes
number_text <- function(x) ifelse(is.na(x), "", sprintf("%.13g", x))
write_oracle(do.call(rbind, lapply(answers, `[[`, "events")), "safety_events.csv")
write_oracle(do.call(rbind, lapply(answers, `[[`, "tables")), "safety_tables.csv")
