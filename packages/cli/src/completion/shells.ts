import type { CompletedCommand, Values } from './model.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Returns the script by which a shell completes the command line of `millwright`, without starting it. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** The values of options that have one, by `<path of the command> <flag>`, for a `case` of bash and zsh. */
function optionCases(commands: readonly CompletedCommand[], offer: (values: Values) => string): string {
  return commands
    .flatMap(({ path, options }) =>
      options.flatMap(({ flag, values }) =>
        values === undefined ? [] : [`    '${path} ${flag}') ${offer(values)}; return ;;`],
      ),
    )
    .join('\n');
}

/**
 * The lines that find the command of the words so far: `at` is its path. The value of an option is no command, although it
 * may have the same name.
 */
function pathLines(commands: readonly CompletedCommand[], words: string): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const withValue = commands.flatMap(({ path, options }) =>
    options.filter(({ values }) => values !== undefined).map(({ flag }) => `'${path} ${flag}'`),
  );
  return `  local at= word= skip=
  for word in ${words}; do
    if [[ -n $skip ]]; then skip=; continue; fi
    case "$at $word" in ${withValue.join('|')}) skip=1; continue ;; esac
    case "\${at:+$at }$word" in ${paths.join('|')}) at="\${at:+$at }$word" ;; esac
  done`;
}

function bash(commands: readonly CompletedCommand[]): string {
  const list = (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
  const offer = (values: Values) =>
    values === 'files'
      ? `compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur")`
      : values === 'none'
        ? 'COMPREPLY=()'
        : list(values);
  return `# bash completion of millwright
_millwright() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=$((COMP_CWORD - 1))
  # bash splits --option=value at the sign.
  if [[ $cur == = ]]; then cur=; fi
  if [[ \${COMP_WORDS[before]} == = ]]; then before=$((before - 1)); fi
  if [[ \${COMP_WORDS[COMP_CWORD]} == = ]]; then before=$((COMP_CWORD - 1)); fi
${pathLines(commands, '"${COMP_WORDS[@]:1:COMP_CWORD - 1}"')}
  COMPREPLY=()
  case "$at \${COMP_WORDS[before]}" in
${optionCases(commands, offer)}
  esac
  if [[ $cur == -* ]]; then
    case "$at" in
${commands.map(({ path, options }) => `    '${path}') ${list(options.map(({ flag }) => flag))} ;;`).join('\n')}
    esac
    return
  fi
  case "$at" in
${commands
  .map(({ path, commands: below, values }) => {
    const action = below.length > 0 ? list(below.map(({ name }) => name)) : offer(values);
    return `    '${path}') ${action} ;;`;
  })
  .join('\n')}
  esac
}
complete -F _millwright millwright
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const list = (tag: string, items: readonly string[]) =>
    `found=(${items.map((item) => `'${item}'`).join(' ')}); _describe ${tag} found`;
  const offer = (values: Values) =>
    values === 'files' ? '_files' : values === 'none' ? ':' : `compadd -- ${values.join(' ')}`;
  return `#compdef millwright
# zsh completion of millwright
_millwright() {
  local -a found
  local cur=\${words[CURRENT]}
${pathLines(commands, '"${(@)words[2,CURRENT-1]}"')}
  case "$at \${words[CURRENT-1]}" in
${optionCases(commands, offer)}
  esac
  if [[ $cur == -* ]]; then
    case "$at" in
${commands
  .map(({ path, options }) => {
    const items = options.map(({ flag, description }) => `${flag}:${description}`);
    return `    '${path}') ${list('option', items)} ;;`;
  })
  .join('\n')}
    esac
    return
  fi
  case "$at" in
${commands
  .map(({ path, commands: below, values }) => {
    const items = below.map(({ name, description }) => `${name}:${description}`);
    return `    '${path}') ${below.length > 0 ? list('command', items) : offer(values)} ;;`;
  })
  .join('\n')}
  esac
}
# Loaded by name from a folder of fpath, or by eval.
if [[ $funcstack[1] == _millwright ]]; then _millwright "$@"; else compdef _millwright millwright; fi
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const withValue = commands.flatMap(({ path, options }) =>
    options.filter(({ values }) => values !== undefined).map(({ flag }) => `'${path} ${flag}'`),
  );
  const lines = commands.flatMap(({ path, commands: below, options, values }) => {
    const line = `complete -c millwright -n "__millwright_at '${path}'"`;
    return [
      ...below.map(({ name, description }) => `${line} -a ${name} -d '${description}'`),
      ...options.map(({ flag, description, values: given }) => {
        const value = given === undefined ? '' : given === 'files' ? ' -rF' : ' -x';
        const choices = typeof given === 'object' ? ` -a '${given.join(' ')}'` : '';
        return `${line} -l ${flag.slice(2)}${value}${choices} -d '${description}'`;
      }),
      ...(below.length > 0 || values === 'none'
        ? []
        : [`${line}${values === 'files' ? ' -F' : ` -a '${values.join(' ')}'`}`]),
    ];
  });
  return `# fish completion of millwright
function __millwright_at
    set -l at ''
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
        else if contains -- "$at $word" ${withValue.join(' ')}
            set skip 1
        else if contains -- (string trim -- "$at $word") ${paths.join(' ')}
            set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end
complete -c millwright -f
${lines.join('\n')}
`;
}
