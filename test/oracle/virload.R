# How far substitution and likelihood miss the truth at each visit of a simulated
# trial: virload.csv holds the true log10 copies, virload50.csv the same results
# censored at 50 copies/mL, written 1.7.  `<50` is read as below log10(50).
#   Rscript test/oracle/virload.R [directory of the two files]
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/censored_normal.R")

directory <- c(commandArgs(TRUE), file.path(Sys.getenv("VIROTRIAL_DATA", "../shared/data"), "hiv"))[1]
files <- file.path(directory, c("virload.csv", "virload50.csv"))
if (!all(file.exists(files))) {
  message("SKIPPED: ", paste(files[!file.exists(files)], collapse = ", "),
          " not there; virload_bias.csv keeps the figures of its last run.")
  quit(status = 0)
}
truth <- read.csv(files[1]); censored <- read.csv(files[2])
stopifnot(truth$ID == censored$ID, truth$Time == censored$Time,
          truth$Log_VL[censored$cens == 0] == censored$Log_VL[censored$cens == 0],
          censored$Log_VL[censored$cens == 1] == 1.7,
          truth$Log_VL[censored$cens == 1] <= 1.7)
limit <- log10(50)
rows <- do.call(rbind, lapply(unique(truth$Time), function(day) {
  now <- truth$Time == day
  y <- truth$Log_VL[now]; below <- censored$cens[now] == 1
  at <- function(value) mean(ifelse(below, value, y))
  ml <- likelihood_summary(y[!below], rep(limit, sum(below)), numeric(0), .95)
  data.frame(day = day, n = length(y), censored = sum(below), mean_true = mean(y), sd_true = sd(y),
             bias_limit = at(limit) - mean(y), bias_half_limit = at(limit - log10(2)) - mean(y),
             bias_mle = ml$figures[["mean_mle"]] - mean(y),
             sd_limit = sd(ifelse(below, limit, y)), sd_mle = ml$figures[["sd_mle"]])
}))
write_oracle(rows, "virload_bias.csv")
print(format(rows, digits = 3), row.names = FALSE)
