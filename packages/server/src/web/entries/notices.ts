/** What a form did, for the page after it. */
export const notices: Readonly<Record<string, string>> = {
  revoked: 'The entries are revoked. The next build writes them anew.',
  'none-revoked': 'No entry matched, so none is revoked.',
};
