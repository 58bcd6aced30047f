import type { Campaign, CaseResult } from './campaign.ts';

interface ReportFacts {
  readonly name: string;
  readonly campaign: Pick<Campaign, 'purpose' | 'cases' | 'describe'>;
  readonly machine: string;
  readonly date: string;
}

/** Formats the report of a run as Markdown, including the number of remaining cases. */
export function report(
  { name, campaign, machine, date }: ReportFacts,
  results: readonly CaseResult[],
): string {
  const sorted = [...results].sort((one, other) => one.index - other.index);
  const failed = sorted.filter(({ passed }) => !passed);
  const minutes = sorted.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const left = campaign.cases - sorted.length;
  const description = campaign.describe?.(sorted).trim() ?? '';
  const parts = [
    `# Campaign: ${name}`,
    campaign.purpose,
    [
      `- Date: ${date}`,
      `- Machine: ${machine}`,
      `- Cases: ${sorted.length}${left > 0 ? ` of ${campaign.cases}` : ''}, of which ${failed.length} failed`,
      `- Time: ${minutes.toFixed(0)} minutes`,
      `- Repeat it: \`npm run campaign -- ${name}\``,
    ].join('\n'),
    ...(description === '' ? [] : [description]),
    ...(failed.length === 0 ? [] : ['## Failed cases', failed.map(failureLine).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The length of the text of a failed case. */
const longestFailure = 600;

/** Returns the line of a failed case. What a program printed can look like a link. */
function failureLine({ index, detail }: CaseResult): string {
  const text = detail.slice(0, longestFailure).replaceAll('\n', ' ').replaceAll('[', '\\[');
  return `- Case ${index + 1}: ${text}`;
}
