// Notices: lay down what buyers are told, take it back, look at it, see what it would tell.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import type { Notice } from '../../uses/notices/notice-views.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { showNotice, showPreview } from '../notice-views.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { NoticeBody, PreviewBody } from '../shapes/notice-shapes.ts';

const Params = Type.Object({ notice: Type.String() });
const NoticeList = Type.Object({ notices: Type.Array(reference('Notice')) });
const SHOWN: Shown<Notice> = { body: showNotice, version: (it) => it.version };

export function noticeRoutes(app: App, { uses: { notices } }: Parts): void {
  app.put(
    '/v1/notices/:notice',
    {
      schema: {
        summary: 'Tell buyers of events, through a sender',
        tags: ['notices'],
        params: Params,
        headers: KeyHeader,
        body: NoticeBody,
        response: {
          200: component('Notice', 'Changed'),
          201: component('Notice', 'Created'),
          ...problems(400, 404, 422),
        },
      },
    },
    async (request, reply) => {
      const { within, ...body } = request.body;
      const read = readDurations({ within });
      if (!read.ok) return sendRefusal(reply, read);
      const command = { ...body, ...read.value, ...request.params };
      const answer = await notices.put(command, identityOf(request));
      return sendAnswer(reply, answer, {
        ...SHOWN,
        status: answer.ok && answer.value.isNew ? 201 : 200,
      });
    },
  );

  app.get(
    '/v1/notices',
    {
      schema: {
        summary: 'List the notices',
        tags: ['notices'],
        response: { 200: { ...NoticeList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ notices: notices.notices().map(showNotice) }),
  );

  app.get(
    '/v1/notices/:notice',
    {
      schema: {
        summary: 'Look at a notice',
        tags: ['notices'],
        params: Params,
        response: { 200: component('Notice', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { notice } }, reply) => {
      const found = await notices.notice(notice);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-notice', { notice }));
      return showNotice(found);
    },
  );

  app.delete(
    '/v1/notices/:notice',
    {
      schema: {
        summary: 'Tell nobody any more by it; what is on its way fails',
        tags: ['notices'],
        params: Params,
        headers: KeyHeader,
        response: { 200: component('Notice', 'As it was'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { notice } = request.params;
      return sendAnswer(reply, await notices.remove(notice, identityOf(request)), SHOWN);
    },
  );

  app.post(
    '/v1/notices/:notice/preview',
    {
      schema: {
        summary: 'See what it would tell, of a document or of an example; sends nothing',
        tags: ['notices'],
        params: Params,
        headers: KeyHeader,
        body: PreviewBody,
        response: {
          200: component('Preview', 'What it would tell, and what is wrong with it'),
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const shown = await notices.preview({ ...request.body, ...request.params });
      return shown.ok ? showPreview(shown.value) : sendRefusal(reply, shown);
    },
  );
}
