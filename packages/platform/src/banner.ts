import type { DemoToken } from './sign-in.ts';

/** What a developer needs to begin, in a few lines. */
export const banner = (url: string, tokens: readonly DemoToken[]): string => `
Meridian is ready.

  GraphQL   ${url}/graphql   (HTTP, graphql-ws, SSE, multipart)
  Sandbox   ${url}/graphql   in a browser
  Explorer  ${url}/explorer  works offline
  Health    ${url}/health

${tokens.length > 0 ? `Tokens for 12 hours; send one as \`Authorization: Bearer …\`, or make others by \`npm run token\`.\n\n${tokens.map(tokenLines).join('\n')}\n` : ''}
Ctrl-C stops everything.
`;

const tokenLines = ({ role, displayName, token }: DemoToken) => `  ${role} (${displayName})\n  ${token}\n`;
