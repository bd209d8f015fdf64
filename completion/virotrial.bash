# Completion of virotrial for bash.  Put into ~/.bashrc:
#   source "$(pg_config --sharedir)/virotrial/virotrial.bash"

_virotrial_commands='new demo map load import meddra whodrug check report export'
_virotrial_connection='-d --dbname -h --host -p --port -U --username -w --no-password -W --password -V --version --help'
declare -A _virotrial_options=(
	[new]='--protocol --trust-sql --secure -q --quiet'
	[demo]='--protocol --trust-sql --subjects --sites --seed -q --quiet'
	[load]='-n --dry-run --accept-good --all-or-nothing --reason --cumulative --format -q --quiet --table --mapping --encoding --delimiter --date-format --decimal-comma'
	[import]='-n --dry-run --format -q --quiet --table --mapping --encoding --delimiter --date-format --decimal-comma'
	[map]='--table --encoding --delimiter --dictionary --form'
	[meddra]=''
	[whodrug]=''
	[check]=''
	[report]='--cut --by -o --output --pdf --docx --svg --psql --template --asset -q --quiet'
	[export]='--format --tables --cut --force --since -q --quiet'
)

# The names that a query of psql prints, one a line; none where no server answers.
_virotrial_names()
{
	psql -XqAtw -c "$1" 2>/dev/null
}

_virotrial_studies()
{
	_virotrial_names "select n.nspname from pg_namespace n join pg_class c on c.relnamespace = n.oid
		where c.relname = 'visit_definition'"
}

_virotrial_values()
{
	case $1 in
		--format) [ "$2" = export ] && echo csv dataset-json || echo text json csv ;;
		--protocol) echo raltegravir-pilot raltegravir-placebo dolutegravir-switch; compgen -f ;;
		--delimiter) echo , ';' tab '|' ;;
		--date-format) echo YYYY-MM-DD DD.MM.YYYY DD/MM/YYYY MM/DD/YYYY DD-MON-YYYY ;;
		--encoding) echo UTF-8 windows-1252 ISO-8859-1 UTF-16 ;;
	esac
}

_virotrial()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' place=0 other values
	for other in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $other = -* ]] && continue
		place=$((place + 1))
		[ $place -gt 1 ] || command=$other
	done
	[ "$word" = = ] && word=''
	[ "$previous" = = ] && previous=${COMP_WORDS[COMP_CWORD-2]}
	values=$(_virotrial_values "$previous" "$command")
	if [ -n "$values" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
	elif [[ $word = -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${_virotrial_options[${command:-check}]} $_virotrial_connection" -- "$word")
	elif [ $place -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$_virotrial_commands" -- "$word")
	elif [ $place -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_virotrial_studies)" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _virotrial virotrial
