/**
 * For bash of every age: the package's own script needs the bash-completion package, evaluates what is typed and can be read in
 * once only. Bash breaks words at `=` and `:`, so they are joined again.
 */
export const bashScript = `# bash completion for keymoor: source <(keymoor completion bash)
_keymoor_complete() {
  local index word before="" directive=4 line
  local words=()
  local last=-1
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((last >= 0)) && [[ $word == [=:]* || $before == *[=:] ]]; then
      words[last]+=$word
    else
      words+=("$word")
      last=$((last + 1))
    fi
    before=$word
  done
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :[0-9]*) directive=\${line#:} ;;
      ?*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(command keymoor complete -- "\${words[@]}" 2>/dev/null)
  if ((directive == 0)); then
    compopt -o filenames 2>/dev/null
    word=\${COMP_WORDS[COMP_CWORD]}
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(compgen -f -- "\${word#=}")
  fi
}
complete -F _keymoor_complete keymoor
`;
