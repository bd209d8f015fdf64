# What the oracle scripts share: a fixed random number generator and numbers
# written with 17 significant digits, so that a run makes the same bytes again.
options(warn = 1)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")

oracle_path <- function(file) file.path("test", "oracle", file)

# %.17g reads back as the same double; NA is an empty field, SQL's NULL.
number_text <- function(x) ifelse(is.na(x), "", sprintf("%.17g", x))

write_oracle <- function(table, file) {
  numeric <- vapply(table, is.double, logical(1))
  table[numeric] <- lapply(table[numeric], number_text)
  write.table(table, oracle_path(file), sep = ",", na = "", quote = FALSE,
              row.names = FALSE, eol = "\n")
  cat(sprintf("%s: %d rows\n", oracle_path(file), nrow(table)))
}

relative_difference <- function(a, b) abs(a - b) / pmax(abs(b), 1e-300)
