# PostgreSQL with virotrial.  scripts/test_dockerfile runs these steps without containers.
FROM postgres:15-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libcsv-dev libjson-c-dev \
	libpq-dev libssl-dev make postgresql-server-dev-$PG_MAJOR r-mathlib
COPY . /virotrial
WORKDIR /virotrial
RUN make install with_llvm=no DESTDIR=/installed PG_CONFIG=/usr/lib/postgresql/$PG_MAJOR/bin/pg_config

FROM postgres:15-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libcsv3 libjson-c5 r-mathlib \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /
# Runs once, in the database that POSTGRES_DB names.
RUN mkdir -p /docker-entrypoint-initdb.d && echo 'create extension virotrial;' >/docker-entrypoint-initdb.d/virotrial.sql
