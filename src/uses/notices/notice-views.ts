// Notices and their messages as a caller sees them. Whom a message went to and what it said is not kept.

import type { Document } from '../../engines/contract.ts';
import { deliveryData } from '../../kernel/delivery.ts';
import { endpointName } from '../../kernel/endpoint.ts';
import { type NoticeState, noticeData } from '../../kernel/notice.ts';
import { type DeliveryView, viewDelivery } from '../deliveries/delivery-view.ts';

export interface Notice {
  notice: string;
  sender: string;
  events: string[];
  to: string;
  subject?: string;
  text: string;
  language: string;
  timeZone: string;
  withinMs: number;
  state: NoticeState;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewNotice(document: Document): Notice {
  const { after: _, events, ...rest } = noticeData(document);
  return {
    notice: endpointName(document),
    ...rest,
    events: [...events],
    state: document.state as NoticeState,
    version: document.version,
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
}

export interface MessageDelivery extends DeliveryView {
  notice: string;
  /** After it nothing is sent. */
  untilMs: number;
}

export function viewMessage(document: Document): MessageDelivery {
  const { endpoint, untilMs } = deliveryData(document);
  const { id, ...rest } = viewDelivery(document);
  return { id, notice: endpoint, ...rest, untilMs };
}
