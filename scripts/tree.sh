# shellcheck shell=bash
# Builds the extension outside the checkout, and installs it into a relocated
# copy of the server; sourced after common.sh, within $work.  PostgreSQL finds
# its directories from where its programs lie, so nothing is ever installed
# into the system's.
# shellcheck disable=SC2154 # common.sh sets work and checkout

# A copy of the checkout: the server's user may not be able to read the
# checkout, its path may have blanks, and objects may lie about in it.
copy_source()
{
	rm -rf "$work/source"
	mkdir "$work/source"
	tar -C "$checkout" --exclude-vcs --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
		--exclude='./build/*.sql' --exclude=./build/documents --exclude=./build/site --exclude='./*.zip' \
		--exclude=./results --exclude=./output_iso --exclude=./tmp_check \
		--mode=a+rX -cf - . | tar -C "$work/source" --no-same-owner -xf -
}

# Directories and programs are real, everything else is a link to the server's.
copy_server()
{
	local pg_config=$1 directory
	local bin lib share
	bin=$("$pg_config" --bindir)
	lib=$("$pg_config" --pkglibdir)
	share=$("$pg_config" --sharedir)
	rm -rf "$work/tree" "${work:?}/bin"
	for directory in "$lib" "$share"; do
		mkdir -p "$work/tree$directory"
		cp -as "$directory/." "$work/tree$directory"
	done
	mkdir -p "$work/tree$bin"
	cp -a "$bin/." "$work/tree$bin"
	rm -rf "$work/tree$lib"/virotrial.so "$work/tree$lib"/bitcode/virotrial* \
		"$work/tree$share"/extension/virotrial[.-]*
	# Citus, for the test that can use it: what its make installed with DESTDIR.
	[ -z "${VIROTRIAL_CITUS:-}" ] || cp -as "$VIROTRIAL_CITUS/." "$work/tree"
	for directory in --includedir --includedir-server --libdir --localedir; do
		directory=$("$pg_config" $directory)
		if [ -d "$directory" ] && [ ! -e "$work/tree$directory" ]; then
			mkdir -p "$(dirname "$work/tree$directory")"
			ln -s "$directory" "$work/tree$directory"
		fi
	done
	ln -s "$work/tree$bin" "$work/bin"
}

# Runs make for the copied sources in a build directory of the major.
make_in_build()
{
	local variant=$1 directory
	shift
	directory=$work/build-$(major_of "$work/bin/pg_config")$variant
	mkdir -p "$directory"
	make -s -C "$directory" -f "$work/source/Makefile" VPATH="$work/source" \
		PG_CONFIG="$(readlink -f "$work/bin")/pg_config" "$@" 9>&-
}

prepare_tree()
{
	local pg_config
	pg_config=$(find_pg_config)
	copy_source
	copy_server "$pg_config"
}

# Builds and installs; further arguments are make's.
install_tree()
{
	make_in_build '' -j"$(nproc)" "$@" all
	make_in_build '' "$@" install
}
