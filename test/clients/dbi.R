# What a program with R asks: dbi.R dbi|dbplyr.

suppressWarnings(suppressMessages({library(DBI); library(RPostgreSQL)}))
# RPostgreSQL does not know the types, and says so; what it gives is their text.
options(warn = -1)
connection <- dbConnect(PostgreSQL(), host = Sys.getenv("PGHOST"), port = Sys.getenv("PGPORT"),
                        dbname = Sys.getenv("PGDATABASE"), user = Sys.getenv("PGUSER"),
                        password = Sys.getenv("PGPASSWORD"))

ask <- function(question, how, answer) {
    answer <- tryCatch(as.character(answer), error = function(e) paste("error:", conditionMessage(e)))
    cat(question, how, gsub("[[:space:]]+", " ", answer), sep = "\t")
    cat("\n")
}
results <- function(words) paste(sort(words, method = "radix"), collapse = " ")

dbi <- function() {
    count <- function(condition, ...)
        dbGetQuery(connection, paste("select count(*) as n from ral.analysis_viral_load",
            "where analysis_visit = 'week 24' and is_analysis_record and", condition), ...)$n
    ask("below 50", "numeric", count("viral_load < $1", 50))
    ask("below 50", "integer", count("viral_load < $1", 50L))
    ask("below 50", "text", count("viral_load < $1", "50"))
    ask("at least 50", "not, numeric", count("not viral_load < $1", 50))
    ask("50 or 400", "in, numeric", count("viral_load in ($1, $2)", c(50, 400)))
    # RPostgreSQL sends numbers without a type, which are results then.
    ask("neither the result 50 nor 400", "not in, numeric", count("viral_load not in ($1, $2)", c(50, 400)))
    ask("neither 50 nor 400", "not in, cast",
        count("viral_load not in ($1::numeric, $2::numeric)", c(50, 400)))
    ask("the result <50", "text", count("viral_load = $1", "<50"))
    ask("below 50", "sqlInterpolate", count(sqlInterpolate(connection, "viral_load < ?x", x = 50)))
    ask("the results", "as they come", results(dbGetQuery(connection,
        "select viral_load from ral.analysis_viral_load where analysis_visit = 'week 24'
         and is_analysis_record and viral_load is not null")$viral_load))
}

dbplyr <- function() {
    suppressMessages(library(dplyr))
    week_24 <- tbl(connection, dbplyr::in_schema("ral", "analysis_viral_load")) |>
        filter(analysis_visit == "week 24", is_analysis_record)
    count <- function(rows) pull(tally(rows), n)
    ask("below 50", "numeric", count(filter(week_24, viral_load < 50)))
    ask("below 50", "integer", count(filter(week_24, viral_load < 50L)))
    ask("below 50", "text", count(filter(week_24, viral_load < "50")))
    ask("below 50", "sum", pull(summarise(week_24, n = sum(as.integer(viral_load < 50), na.rm = TRUE)), n))
    ask("at least 50", "!", count(filter(week_24, !(viral_load < 50))))
    ask("50 or 400", "%in%", count(filter(week_24, viral_load %in% c(50, 400))))
    ask("neither 50 nor 400", "! %in%", count(filter(week_24, !viral_load %in% c(50, 400))))
    ask("the result <50", "==", count(filter(week_24, viral_load == "<50")))
    # AVG is not defined: an error, not a mean of limits.
    ask("below 50", "mean", pull(summarise(week_24, n = mean(viral_load, na.rm = TRUE)), n))
    ask("the results", "collect", results(pull(filter(week_24, !is.na(viral_load)), viral_load)))
}

get(commandArgs(trailingOnly = TRUE)[1])()
