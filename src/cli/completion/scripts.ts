/** The shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** A shell that completes commands. */
export type Shell = (typeof SHELLS)[number];

/** Whether there is a script for a shell. */
export function isShell(name: string): name is Shell {
  return (SHELLS as readonly string[]).includes(name);
}

// Each script asks the program for the candidates of the words so far, and leaves names of files to the shell.

const BASH = `_entrain() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _entrain entrain
`;

const ZSH = `#compdef entrain
_entrain() {
  local line tab=$'\\t'
  local -a found
  for line in "\${(@f)$("\${words[1]}" completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
  done
  if (( $#found )); then _describe entrain found; else _files; fi
}
compdef _entrain entrain
`;

const FISH = `function __entrain_complete
  set -l words (commandline -opc)
  set -l token (commandline -ct)
  set -l found ($words[1] completion fish -- $words[2..-1] "$token" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$token"
  end
end
complete -c entrain -f -a '(__entrain_complete)'
`;

const POWERSHELL = `Register-ArgumentCompleter -Native -CommandName entrain -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += ' ' }
  entrain completion powershell -- @words 2>$null | ForEach-Object {
    $name, $meaning = $_ -split "\`t", 2
    if (-not $meaning) { $meaning = $name }
    [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $meaning)
  }
}
`;

/** The script that a shell loads. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
