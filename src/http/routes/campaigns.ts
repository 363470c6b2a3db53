// Campaigns of vouchers: set up, list, look at; codes generated and taken in.

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { CampaignCommand } from '../../kernel/campaign.ts';
import { refuse } from '../../kernel/refusals.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import {
  CampaignBody,
  IMPORT_MAX,
  ImportBody,
  ImportReply,
  IssueBody,
} from '../shapes/voucher-shapes.ts';
import { readCampaign, showCampaign } from '../voucher-views.ts';

const Params = Type.Object({ campaign: Type.String() });
const CampaignList = Type.Object({ campaigns: Type.Array(reference('Campaign')) });
const Csv = { content: { 'text/csv': { schema: Type.String() } } };

export function campaignRoutes(app: App, { uses: { orders } }: Parts): void {
  const { campaigns } = orders.vouchers;
  app.put(
    '/v1/campaigns/:campaign',
    {
      schema: {
        summary: 'Set up a campaign of vouchers, or change it; what was applied stays as it is',
        tags: ['vouchers'],
        params: Params,
        headers: KeyHeader,
        body: CampaignBody,
        response: { 200: component('Campaign', 'In force'), ...problems(400, 409, 422) },
      },
    },
    async (request, reply) => {
      const read = readCampaign(
        request.params.campaign,
        request.body as Omit<CampaignCommand, 'campaign'>,
      );
      if (!read.ok) return sendRefusal(reply, read);
      const answer = await campaigns.put(read.value, identityOf(request));
      return sendAnswer(reply, answer, { body: showCampaign, version: (it) => it.version });
    },
  );

  app.get(
    '/v1/campaigns',
    {
      schema: {
        summary: 'List campaigns of vouchers',
        tags: ['vouchers'],
        response: { 200: { ...CampaignList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ campaigns: campaigns.all().map(showCampaign) }),
  );

  app.get(
    '/v1/campaigns/:campaign',
    {
      schema: {
        summary: 'Look at a campaign: its codes, and how many uses are held and redeemed',
        tags: ['vouchers'],
        params: Params,
        response: { 200: component('Campaign', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { campaign } }, reply) => {
      const found = await campaigns.campaign(campaign);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-campaign', { campaign }));
      return showCampaign(found);
    },
  );

  codeRoutes(app, campaigns);
}

function codeRoutes(app: App, campaigns: Parts['uses']['orders']['vouchers']['campaigns']): void {
  app.post(
    '/v1/campaigns/:campaign/codes',
    {
      schema: {
        summary: 'Generate codes: a CSV file of them, the same again under the same key',
        tags: ['vouchers'],
        params: Params,
        headers: KeyHeader,
        body: IssueBody,
        response: {
          200: { description: 'One code a line, under `code`', ...Csv },
          ...problems(400, 404, 409, 422),
        },
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      const answer = await campaigns.issue(command, identityOf(request));
      if (!answer.ok) return sendRefusal(reply, answer);
      if (answer.repeated) reply.header('Idempotency-Replayed', 'true');
      const lines = Readable.from(csvOf(answer.value));
      return (reply as FastifyReply).type('text/csv; charset=utf-8').send(lines);
    },
  );

  app.post(
    '/v1/campaigns/:campaign/codes/import',
    {
      schema: {
        summary: 'Take in codes that were made elsewhere; those that are there are passed over',
        tags: ['vouchers'],
        params: Params,
        headers: KeyHeader,
        body: ImportBody,
        response: {
          200: { ...ImportReply, description: 'What became of them' },
          ...problems(400, 404, 409, 422),
        },
      },
    },
    async (request, reply) => {
      const { codes } = request.body;
      if (codes.length === 0 || codes.length > IMPORT_MAX) {
        const details = { field: 'codes', expected: `1 to ${IMPORT_MAX} codes` };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      const answer = await campaigns.import(request.params.campaign, codes, identityOf(request));
      return answer.ok ? answer.value : sendRefusal(reply, answer);
    },
  );
}

const SLICE = 2_000;

/** In slices, so that others are served between them. */
function* csvOf(codes: Iterable<string>): Iterable<string> {
  let lines = ['code'];
  for (const code of codes) {
    lines.push(code);
    if (lines.length < SLICE) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}
