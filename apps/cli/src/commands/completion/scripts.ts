/** For each shell, what asks the command for candidates. Names with spaces are quoted by the shell's own means. */
export const scripts: Readonly<Record<string, string>> = {
  bash: `_fusion_platform() {
  local IFS=$'\\n' candidate
  COMPREPLY=()
  while read -r candidate; do
    COMPREPLY+=("$(printf '%q' "$candidate")")
  done < <(fusion-platform __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
}
complete -F _fusion_platform fusion-platform
`,
  zsh: `#compdef fusion-platform
_fusion_platform() {
  local -a candidates
  candidates=("\${(@f)$(fusion-platform __complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  [[ -n "\${candidates[1]}" ]] && compadd -- "\${candidates[@]}" || _files
}
compdef _fusion_platform fusion-platform
`,
  fish: `function __fusion_platform
  set -l words (commandline -opc) (commandline -ct)
  fusion-platform __complete -- $words[2..-1] 2>/dev/null
end
complete -c fusion-platform -a '(__fusion_platform)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName fusion-platform -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  fusion-platform __complete -- @words 2>$null | ForEach-Object {
    $text = if ($_ -match '\\s') { "'$($_ -replace "'", "''")'" } else { $_ }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`,
};
